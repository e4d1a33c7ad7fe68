package dev.krabkrab.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.e2e.WireClient;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;

/** The calls these tests make, and the bounds every answer must keep. */
final class Calls {
  static final String REQUESTED = "exec.approval.requested";
  static final String RESOLVED = "exec.approval.resolved";

  /** A second for Redis to answer, and many for a machine that has others to serve. */
  static final Duration REFUSAL = Duration.ofSeconds(10);

  /** Until everything works again once Redis can be reached. */
  static final Duration RECOVERY = Duration.ofSeconds(30);

  /** Until an instance that nobody hears from counts as gone: its lease, and who notices. */
  static final Duration LEASE = Duration.ofSeconds(45);

  /** Calls that cannot be answered without Redis. */
  static final Map<String, String> STATEFUL =
      Map.of(
          "exec.approval.request", "{\"command\":\"ls\",\"timeoutMs\":20000}",
          "exec.approval.resolve", "{\"id\":\"nobody-asked\",\"decision\":\"deny\"}",
          "exec.approvals.get", "{}",
          "device.pair.list", "{}",
          "node.pair.list", "{}",
          "voicewake.get", "{}");

  private Calls() {}

  /** Asks for an approval; the answer comes with the decision. */
  static CompletableFuture<JsonNode> ask(WireClient over, String id, Duration timeout) {
    ObjectNode params = Json.object().put("id", id).put("command", "make " + id);
    return over.request(
        "exec.approval.request", params.put("host", "node").put("timeoutMs", timeout.toMillis()));
  }

  static CompletableFuture<JsonNode> resolve(WireClient over, String id, String decision) {
    return over.request(
        "exec.approval.resolve", Json.object().put("id", id).put("decision", decision));
  }

  static CompletableFuture<JsonNode> invoke(
      WireClient over, String nodeId, String key, Duration timeout) {
    ObjectNode params = Json.object().put("nodeId", nodeId).put("command", "system.which");
    params.putObject("params").putArray("bins").add("sh");
    return over.request(
        "node.invoke", params.put("timeoutMs", timeout.toMillis()).put("idempotencyKey", key));
  }

  /** The answer, which must come in time. */
  static JsonNode in(Duration bound, CompletableFuture<JsonNode> call) {
    try {
      return call.get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no answer in " + bound.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static boolean ok(JsonNode frame) {
    return frame.path("ok").asBoolean();
  }

  /** The payload of an answer that comes in time and is no error. */
  static JsonNode succeeds(Duration bound, CompletableFuture<JsonNode> call) {
    JsonNode frame = in(bound, call);
    assertThat(ok(frame)).as("%s", frame).isTrue();
    return frame.path("payload");
  }

  static String decision(JsonNode frame) {
    assertThat(ok(frame)).as("%s", frame).isTrue();
    return frame.at("/payload/decision").asText("none");
  }

  /** Refused in time, and with leave to try again. */
  static void refusedRetryably(String what, CompletableFuture<JsonNode> call) {
    JsonNode frame = in(REFUSAL, call);
    assertThat(frame.at("/error/code").asText()).as("%s: %s", what, frame).isEqualTo("UNAVAILABLE");
    assertThat(frame.at("/error/retryable").asBoolean()).as("%s: %s", what, frame).isTrue();
  }

  /** Everything that needs Redis is refused, all at once. */
  static void refusesWhatNeedsRedis(WireClient client) {
    Map<String, CompletableFuture<JsonNode>> sent = new TreeMap<>();
    STATEFUL.forEach(
        (method, params) -> sent.put(method, client.request(method, Json.tryParse(params))));
    sent.forEach(Calls::refusedRetryably);
  }

  static boolean about(JsonNode payload, String id) {
    return payload.path("id").asText().equals(id);
  }

  /** Payloads of the events of this name about one approval. */
  static List<JsonNode> events(WireClient client, String name, String id) {
    return client.events(name).stream().filter(payload -> about(payload, id)).toList();
  }

  static boolean listsAsConnected(WireClient client, String nodeId) {
    JsonNode nodes = client.call("node.list", "{}").at("/payload/nodes");
    List<JsonNode> rows = new ArrayList<>();
    nodes.forEach(rows::add);
    rows.removeIf(row -> !row.path("nodeId").asText().equals(nodeId));
    return rows.size() == 1 && rows.getFirst().path("connected").asBoolean();
  }

  static boolean listsAsPresent(WireClient client, String deviceId) {
    JsonNode entries = client.call("system-presence", "{}").path("payload");
    return StreamSupport.stream(entries.spliterator(), false)
        .anyMatch(entry -> entry.path("deviceId").asText().equals(deviceId));
  }
}
