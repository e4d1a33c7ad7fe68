package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Keeps a gateway busy: handshakes, calls, approvals, invokes. Blocks for some seconds. */
public final class AotTrainingWorkload {
  private static final Duration ACT = Duration.ofSeconds(4);
  private static final int APPROVERS = 8;
  private static final int GUESTS = 12;
  private static final int AT_ONCE = 4;

  private AotTrainingWorkload() {}

  /**
   * Connects clients of every kind and has them work.
   *
   * @param port of a gateway on this machine
   * @param token its shared secret
   */
  public static void run(int port, String token) {
    try (AotTrainingStage stage = new AotTrainingStage(port, token)) {
      guests(stage);
      approvals(stage);
      invokes(stage);
    }
  }

  /** Clients that come, look around, leave and come back. */
  private static void guests(AotTrainingStage stage) {
    Deadline end = new Deadline(ACT);
    for (int round = 0; !end.over(); round++) {
      List<DeviceIdentity> devices = Stream.generate(DeviceIdentity::fresh).limit(GUESTS).toList();
      for (int visit = 0; visit < 3; visit++) {
        List<AotTrainingClient> guests = new ArrayList<>();
        for (DeviceIdentity device : devices) {
          guests.add(stage.operator(3 + round % 2, device));
        }
        for (AotTrainingClient guest : guests) {
          for (String method : List.of("health", "status", "system-presence", "node.list")) {
            guest.call(method, Json.object()).join();
          }
          guest.close();
        }
      }
    }
  }

  private static void approvals(AotTrainingStage stage) {
    List<AotTrainingClient> approvers = new ArrayList<>();
    for (int i = 0; i < APPROVERS; i++) {
      approvers.add(stage.operator(3 + i % 2));
    }
    AotTrainingClient asker = stage.operator(3);
    AotTrainingClient approver = approvers.getFirst();
    approver.onEvent(
        "exec.approval.requested",
        payload ->
            approver.call(
                "exec.approval.resolve",
                Json.object()
                    .put("id", payload.path("id").asText())
                    .put("decision", "allow-once")));
    repeat(
        number ->
            asker.call(
                "exec.approval.request",
                Json.object()
                    .put("id", "training-" + number)
                    .put("command", "echo " + number)
                    .put("cwd", "/srv/app")
                    .put("host", "gateway")
                    .put("security", "allowlist")
                    .put("ask", "on-miss")
                    .put("agentId", "main")
                    .put("sessionKey", "agent:main:main")
                    .put("timeoutMs", 120_000)));
    asker.close();
    approvers.forEach(AotTrainingClient::close);
  }

  private static void invokes(AotTrainingStage stage) {
    AotTrainingClient node = stage.node();
    node.onEvent("node.invoke.request", payload -> node.call("node.invoke.result", done(payload)));
    AotTrainingClient operator = stage.operator(3);
    String command = "system.which";
    repeat(
        number ->
            operator.call(
                "node.invoke",
                Json.object()
                    .put("nodeId", node.deviceId())
                    .put("command", command)
                    .put("idempotencyKey", "training-" + number)
                    .put("timeoutMs", 30_000)
                    .set("params", Json.object().set("bins", Json.texts(List.of("git"))))));
    operator.close();
    node.close();
  }

  private static ObjectNode done(JsonNode request) {
    return Json.object()
        .put("id", request.path("id").asText())
        .put("nodeId", request.path("nodeId").asText())
        .put("ok", true)
        .put("payloadJSON", "{\"bins\":{\"git\":\"/usr/bin/git\"}}");
  }

  /** One call. */
  private interface Step {
    CompletableFuture<JsonNode> take(int number);
  }

  private static void repeat(Step step) {
    Deadline end = new Deadline(ACT);
    for (int number = 0; !end.over(); number += AT_ONCE) {
      List<CompletableFuture<JsonNode>> together = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        together.add(step.take(number + i));
      }
      together.forEach(CompletableFuture::join);
    }
  }

  /** A point in time on the process' own clock. */
  private record Deadline(long nanos) {
    Deadline(Duration from) {
      this(System.nanoTime() + from.toNanos());
    }

    boolean over() {
      return System.nanoTime() - nanos >= 0;
    }
  }
}
