package dev.krabkrab.gateway.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Invokes of nodes of our own, which answer at once. */
final class Invokes {
  private static final byte[] ID = "\"id\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NODE = "\"nodeId\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final String RESULT =
      "\"ok\":true,\"payloadJSON\":\"{\\\"bins\\\":{\\\"git\\\":\\\"/usr/bin/git\\\"}}\"}";

  private final List<Link> callers;
  private final List<String> nodes;
  private final String runId;
  private long keys;

  /**
   * @param nodes ids of the nodes
   */
  Invokes(List<Link> callers, List<String> nodes, String runId) {
    this.callers = callers;
    this.nodes = nodes;
    this.runId = runId;
  }

  /** Lets a node answer what it is asked. */
  static void answering(@Nullable Link node) {
    if (node == null) {
      return;
    }
    node.onEvent(
        frame -> {
          if (frame.name().equals("node.invoke.request")) {
            node.request(
                "node.invoke.result",
                "{\"id\":\""
                    + frame.after(ID)
                    + "\",\"nodeId\":\""
                    + frame.after(NODE)
                    + "\","
                    + RESULT,
                (error, answer) -> {});
          }
        });
  }

  /** Approves the commands of nodes, which a gateway of protocol 4 has somebody do. */
  static CompletableFuture<Void> approve(Link operator) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    operator.request(
        "node.pair.list",
        "{}",
        (error, frame) -> {
          CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
          JsonNode pending = frame.json().path("payload").path("pending");
          for (JsonNode request : error == null ? pending : List.<JsonNode>of()) {
            all = CompletableFuture.allOf(all, approved(operator, request));
          }
          all.thenRun(() -> done.complete(null));
        });
    return done;
  }

  private static CompletableFuture<Void> approved(Link operator, JsonNode request) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    String id = request.path("requestId").asText("");
    operator.request(
        "node.pair.approve",
        "{\"requestId\":\"" + id + "\"}",
        (error, frame) -> done.complete(null));
    return done;
  }

  void start(Ticket ticket) {
    String node = nodes.get((int) (ticket.index() % nodes.size()));
    callers
        .get((int) (ticket.index() % callers.size()))
        .request(
            "node.invoke",
            "{\"nodeId\":\""
                + node
                + "\",\"command\":\"system.which\",\"params\":{\"bins\":[\"git\"]},"
                + "\"timeoutMs\":30000,\"idempotencyKey\":\"bench-"
                + runId
                + "-"
                + keys++
                + "\"}",
            (error, frame) -> {
              if (error == null) {
                ticket.succeeded();
              } else {
                ticket.failed(error);
              }
            });
  }
}
