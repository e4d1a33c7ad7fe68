package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cli.node.NodeHost;
import dev.krabkrab.gateway.cli.node.NodeRefusal;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves what a gateway asks over one connection after the other: each request once, on a thread of
 * its own. Protocol 02 §10.
 */
final class NodeService {
  private static final int MOST_REMEMBERED = 1_000;
  private static final int USUAL_FRAME = 524_288;
  private static final int LEAST_FRAME = 65_536;

  /** What a frame has around an answer. */
  private static final int AROUND = 4_096;

  private final NodeHost host;
  private final NodeOutbox outbox;
  private final Consumer<String> log;
  private final Set<String> known = new LinkedHashSet<>();
  private volatile int mostFrame = USUAL_FRAME;

  NodeService(NodeHost host, NodeOutbox outbox, Consumer<String> log) {
    this.host = host;
    this.outbox = outbox;
    this.log = log;
  }

  NodeHost host() {
    return host;
  }

  NodeOutbox outbox() {
    return outbox;
  }

  /** Begins with a connection. */
  void connected(GatewayClient client) {
    int announced = client.hello().path("policy").path("maxPayload").asInt(USUAL_FRAME);
    mostFrame = Math.max(announced, LEAST_FRAME);
    outbox.attach(client);
  }

  /** Takes one frame. */
  void take(JsonNode frame) {
    if (frame.path("type").asText().equals("res")) {
      outbox.answered(frame);
      return;
    }
    JsonNode payload = frame.path("payload");
    switch (frame.path("event").asText()) {
      case "node.invoke.request" -> asked(payload);
      case "node.invoke.cancel" -> host.cancel(payload.path("invokeId").asText());
      case "shutdown" -> log.accept("this instance is stopping");
      default -> {}
    }
  }

  private void asked(JsonNode request) {
    String id = request.path("id").asText("");
    if (id.isEmpty() || !known.add(id)) {
      return;
    }
    if (known.size() > MOST_REMEMBERED) {
      known.remove(known.iterator().next());
    }
    Thread.ofVirtual().name("invoke").start(() -> answer(id, request));
  }

  private void answer(String id, JsonNode request) {
    String command = request.path("command").asText("");
    ObjectNode result =
        Json.object().put("id", id).put("nodeId", request.path("nodeId").asText(""));
    log.accept(Text.cut(Text.safe(command), 60) + " " + Text.safe(id));
    try {
      ObjectNode payload =
          host.answer(id, command, text(request), mostFrame - AROUND, this::happened);
      result.put("ok", true).put("payloadJSON", payload.toString());
    } catch (NodeRefusal refusal) {
      log.accept("refused " + Text.safe(id) + ": " + Text.safe(refusal.text()));
      failed(result, refusal.code(), refusal.text());
    } catch (RuntimeException defect) {
      log.accept("failed " + Text.safe(id) + ": " + Text.safe(String.valueOf(defect)));
      failed(result, "UNAVAILABLE", "the node could not do it; its log says why");
    }
    outbox.add("node.invoke.result", result);
  }

  private static void failed(ObjectNode result, String code, String message) {
    result.put("ok", false).putObject("error").put("code", code).put("message", message);
  }

  private static @Nullable String text(JsonNode request) {
    JsonNode params = request.path("paramsJSON");
    return params.isTextual() ? params.asText() : null;
  }

  /** The gateway tells conversations only of runs that it can name. */
  private void happened(String event, ObjectNode payload) {
    if (payload.hasNonNull("runId")) {
      ObjectNode params = Json.object().put("event", event);
      outbox.add("node.event", params.put("payloadJSON", payload.toString()));
    }
  }

  /** Whether something runs or waits for its answer to be taken. */
  boolean isBusy() {
    return host.running() > 0 || !outbox.isEmpty();
  }

  /** Lets what runs end for so long, then ends it. */
  boolean stop(Duration grace) {
    return host.stop(grace);
  }
}
