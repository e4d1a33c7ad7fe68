package dev.krabkrab.gateway.failure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.e2e.GatewayProcesses;
import dev.krabkrab.gateway.e2e.NodeDouble;
import dev.krabkrab.gateway.e2e.Profile;
import dev.krabkrab.gateway.e2e.Roamer;
import dev.krabkrab.gateway.e2e.TestDevice;
import dev.krabkrab.gateway.e2e.WireClient;
import dev.krabkrab.gateway.failure.History.Entry;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Requesters, approvers, a node and invokers who work while everything breaks, and take notes. */
final class ChaosCrew extends ChaosWorkers {
  private static final List<String> DECISIONS = List.of("allow-once", "allow-always", "deny");
  private static final Duration APPROVAL_TIME = Duration.ofSeconds(90);
  private static final Duration INVOKE_TIME = Duration.ofSeconds(3);

  private final GatewayProcesses gateways;
  private final TestDevice nodeDevice = TestDevice.fresh();
  private final Map<WireClient, Integer> connections = new ConcurrentHashMap<>();
  private final AtomicInteger decided = new AtomicInteger();
  private final AtomicInteger invoked = new AtomicInteger();

  /**
   * @param trouble longest fault, drain and restart included, and the time to find one's way after
   *     it
   */
  ChaosCrew(GatewayProcesses gateways, History history, Duration trouble) {
    super(history, trouble);
    this.gateways = gateways;
    roamer(0, nodeDevice, Profile.node(), this::atNode);
    for (int i = 0; i < 2; i++) {
      int number = i;
      Profile approver = Profile.approver(3 + i);
      roamer(1 + i, TestDevice.fresh(), approver, (over, event) -> atApprover(number, over, event));
      Roamer requester = roamer(i, TestDevice.fresh(), Profile.admin(), (over, event) -> {});
      Roamer invoker = roamer(2 - i, TestDevice.fresh(), Profile.admin(), (over, event) -> {});
      work(() -> request(requester, "a" + number));
      work(() -> invoke(invoker, "k" + number));
    }
  }

  /** Approvals with a decision. */
  int decided() {
    return decided.get();
  }

  /** Invokes with a result. */
  int invoked() {
    return invoked.get();
  }

  /** Lets everybody finish what they are at. */
  void finish() throws InterruptedException {
    finish("a worker", APPROVAL_TIME.plus(trouble));
  }

  private interface Listener {
    void on(WireClient over, JsonNode event);
  }

  private Roamer roamer(int instance, TestDevice device, Profile profile, Listener listener) {
    return add(
        new Roamer(
            gateways,
            instance,
            device,
            profile,
            (over, event) -> {
              if (event.has("seq")) {
                String name = "connection " + number(over);
                history.add(new Entry.Numbered(name, event.path("seq").asLong()));
              }
              listener.on(over, event);
            },
            trouble));
  }

  private int number(WireClient client) {
    synchronized (connections) {
      return connections.computeIfAbsent(client, fresh -> connections.size() + 1);
    }
  }

  private void request(Roamer roamer, String prefix) {
    for (int n = 0; !over(); n++) {
      String id = prefix + "-" + n;
      JsonNode answer =
          until(
              "approval " + id,
              2,
              () -> Calls.ask(roamer.client(), id, APPROVAL_TIME),
              any -> true);
      if (answer == null) {
        return;
      }
      String decision = Json.textOrNull(answer, "decision");
      history.add(new Entry.Answered(id, decision));
      decided.addAndGet(decision == null ? 0 : 1);
      if ("allow-once".equals(decision)) {
        for (String key : List.of("x", "y")) {
          once("run " + id, () -> run(roamer.client(), id, id + key));
        }
      }
    }
  }

  private void invoke(Roamer roamer, String prefix) {
    for (int n = 0; !over(); n++) {
      String key = prefix + "-" + n;
      JsonNode frame =
          once(
              "invoke " + key,
              () -> Calls.invoke(roamer.client(), nodeDevice.id(), key, INVOKE_TIME));
      invoked.addAndGet(frame != null && Calls.ok(frame) ? 1 : 0);
      FaultyCluster.last(Duration.ofMillis(40));
    }
  }

  private CompletableFuture<JsonNode> run(WireClient over, String runId, String key) {
    ObjectNode params = Json.object().put("nodeId", nodeDevice.id()).put("command", "system.run");
    ObjectNode run = params.putObject("params");
    run.putArray("command").add("make").add(runId);
    run.put("rawCommand", "make " + runId).put("runId", runId);
    run.put("approved", true).put("approvalDecision", "allow-once");
    params.put("timeoutMs", INVOKE_TIME.toMillis()).put("idempotencyKey", key);
    return over.request("node.invoke", params);
  }

  private void atApprover(int number, WireClient over, JsonNode event) {
    JsonNode payload = event.path("payload");
    String id = payload.path("id").asText();
    if (event.path("event").asText().equals(Calls.RESOLVED)) {
      String client = "connection " + number(over);
      history.add(new Entry.Told(client, id, payload.path("decision").asText()));
    } else if (event.path("event").asText().equals(Calls.REQUESTED)) {
      // The two of them disagree, and each decides again what it is shown again.
      String decision = DECISIONS.get(Math.floorMod(id.hashCode() + number, DECISIONS.size()));
      history.add(new Entry.Tried(id, decision));
      Calls.resolve(over, id, decision)
          .thenAccept(
              frame -> {
                if (Calls.ok(frame)) {
                  history.add(new Entry.Accepted(id, decision));
                } else if (frame.at("/error/retryable").asBoolean()) {
                  CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS)
                      .execute(() -> atApprover(number, over, event));
                }
              });
    }
  }

  private void atNode(WireClient over, JsonNode event) {
    if (!event.path("event").asText().equals("node.invoke.request")) {
      return;
    }
    JsonNode request = event.path("payload");
    int connection = number(over);
    String run = Json.tryParse(request.path("paramsJSON").asText("{}")).path("runId").asText();
    String key = run.isEmpty() ? request.path("idempotencyKey").asText() : run;
    history.add(new Entry.Handed(nodeDevice.id(), connection, key));
    history.add(new Entry.Greeted(nodeDevice.id(), connection));
    over.request("node.invoke.result", NodeDouble.result(request, nodeDevice.id(), "{}"));
  }
}
