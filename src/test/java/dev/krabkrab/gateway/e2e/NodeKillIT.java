package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.e2e.WireClient.GoneException;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * An instance dies by SIGKILL while a node is at work: the caller learns of it at once, nothing
 * reaches the node twice, and the node can be asked again. Protocol 02 §15.4, §16 N3–N7, N10.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class NodeKillIT {
  /** Longest wait of a caller for news of a node whose instance was killed. */
  private static final long NEWS_BOUND_MS = 8_000;

  /** Longest wait of a caller that repeats a call whose own instance was killed. */
  private static final long REPEAT_BOUND_MS = 40_000;

  private static final Duration LEASE_BOUND = Duration.ofSeconds(40);
  private static final Executor OWN_THREAD = task -> Thread.ofVirtual().start(task);
  private static final int INVOKE_TIMEOUT_MS = 30_000;

  private final TestDevice nodeDevice = TestDevice.fresh();
  private final TestDevice caller = TestDevice.fresh();
  private final TestDevice watcher = TestDevice.fresh();

  @Test
  void noInvokeHangsOrRunsTwiceWhenAnInstanceIsKilled() {
    try (KillRun run = new KillRun("nodes")) {
      assertThat(run.play((seed, random) -> new Round(run, seed, random).play())).isEmpty();
    }
  }

  private final class Round {
    private final KillRun run;
    private final GatewayProcesses gateways;
    private final String key;
    private final int nodeAt;
    private final int callerAt;
    private final int victim;
    private final long thinkMs;
    private final long killDelay;
    private final CompletableFuture<Long> death = new CompletableFuture<>();

    Round(KillRun run, long seed, Random random) {
      this.run = run;
      this.gateways = run.gateways();
      this.key = "invoke-" + seed;
      List<Integer> places = KillRun.shuffled(random);
      this.nodeAt = places.get(0);
      this.callerAt = random.nextInt(5) == 0 ? nodeAt : places.get(1);
      this.victim = random.nextBoolean() ? nodeAt : callerAt;
      this.thinkMs = random.nextInt(200);
      this.killDelay = random.nextInt(220_000);
    }

    void play() throws Exception {
      try (NodeDouble node = new NodeDouble(gateways, nodeAt, nodeDevice);
          Roamer operator = new Roamer(gateways, callerAt, caller, Profile.admin(), (c, e) -> {})) {
        awaitInvokable(node, callerAt);
        node.thinks(thinkMs);
        boolean survives = victim != callerAt;
        CompletableFuture<JsonNode> call = invoke(operator.client(), node.id(), key);
        run.after(
            killDelay,
            () -> {
              long at = System.nanoTime();
              gateways.kill(victim);
              death.complete(at);
            });
        long killedAt = death.get(30, TimeUnit.SECONDS);
        CompletableFuture<Void> recovery =
            CompletableFuture.runAsync(() -> recovered(node, killedAt), OWN_THREAD);
        outcome(survives, node, operator, call, killedAt);
        recovery.get(1, TimeUnit.MINUTES);
        assertThat(node.asked(key)).isLessThanOrEqualTo(1);
        assertThat(node.asked().stream().map(asked -> asked.path("id").asText()))
            .doesNotHaveDuplicates();
      }
    }

    private void outcome(
        boolean survives,
        NodeDouble node,
        Roamer operator,
        CompletableFuture<JsonNode> call,
        long killedAt)
        throws Exception {
      boolean before = call.isDone();
      long patience = NEWS_BOUND_MS + (survives && victim != nodeAt ? thinkMs : 0);
      String who = survives ? "node's instance killed: " : "caller's instance killed: ";
      try {
        JsonNode frame = call.get(patience, TimeUnit.MILLISECONDS);
        run.count(who + (before ? "answered before" : text(frame)));
        if (!before) {
          run.took(who + text(frame), killedAt);
        }
      } catch (ExecutionException e) {
        assertThat(e.getCause()).isInstanceOf(GoneException.class);
        assertThat(survives).isFalse();
        long askedAt = System.nanoTime();
        JsonNode frame =
            invoke(operator.client(), node.id(), key).get(REPEAT_BOUND_MS, TimeUnit.MILLISECONDS);
        run.count(who + "repeated: " + text(frame));
        run.took(who + "repeated: " + text(frame), askedAt);
      } catch (TimeoutException e) {
        throw new AssertionError("no news of the invoke " + patience + " ms after the kill", e);
      }
    }

    private void recovered(NodeDouble node, long killedAt) {
      node.roamer().client();
      run.took("from kill to the node connected", killedAt);
      for (int i = 0; i < gateways.size(); i++) {
        if (i != victim) {
          awaitInvokable(node, i);
        }
      }
      run.took("from kill to the node invokable on all survivors", killedAt);
    }

    private void awaitInvokable(NodeDouble node, int instance) {
      int[] tries = new int[1];
      try (WireClient client =
          WireClient.connect(gateways.port(instance), watcher, Profile.admin())) {
        await()
            .atMost(LEASE_BOUND)
            .pollInterval(Duration.ofMillis(20))
            .until(
                () -> {
                  String fresh =
                      key + "-" + instance + "-" + (gateways.running(victim) ? "a" : "b");
                  JsonNode frame = invoke(client, node.id(), fresh + tries[0]++).get();
                  return frame.path("ok").asBoolean() && listedOnce(client, node.id());
                });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static boolean listedOnce(WireClient client, String nodeId) {
      JsonNode nodes = client.call("node.list", "{}").path("payload").path("nodes");
      List<JsonNode> same =
          StreamSupport.stream(nodes.spliterator(), false)
              .filter(row -> row.path("nodeId").asText().equals(nodeId))
              .toList();
      return same.size() == 1 && same.getFirst().path("connected").asBoolean();
    }
  }

  private static CompletableFuture<JsonNode> invoke(WireClient client, String nodeId, String key) {
    ObjectNode params = Json.object().put("nodeId", nodeId).put("command", "system.which");
    params.putObject("params").putArray("bins").add("sh");
    params.put("timeoutMs", INVOKE_TIMEOUT_MS).put("idempotencyKey", key);
    return client.request("node.invoke", params);
  }

  private static String text(JsonNode frame) {
    if (frame.path("ok").asBoolean()) {
      return "ok";
    }
    JsonNode error = frame.path("error");
    assertThat(error.path("code").asText()).isEqualTo("UNAVAILABLE");
    return error.path("message").asText();
  }
}
