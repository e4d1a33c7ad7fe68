package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.models.ModelServer;
import dev.krabkrab.gateway.protocol.Json;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * What the gateway is for: an agent on one instance wants to run a command, a human on another one
 * agrees, the node runs it. Protocol 02 §2.4, §4.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentExecIT {
  private static final String COMMAND = "{\"command\":\"echo hi\"}";

  private ModelServer models;
  private Cluster cluster;
  private Peer a;
  private Peer b;
  private Peer node;
  private final DeviceKeys nodeKeys = DeviceKeys.fresh();

  @BeforeAll
  void start() {
    models = new ModelServer();
    cluster =
        Cluster.of(
            2,
            "{gateway:{auth:{token:'"
                + Cluster.TOKEN
                + "'}},"
                + models.document("tool-exec", 1)
                + "}");
    a = cluster.admin(0);
    b = cluster.admin(1);
    node =
        Peer.connected(
            cluster.port(1),
            Connect.node(3)
                .device(nodeKeys)
                .token(Cluster.TOKEN)
                .about("platform", "linux")
                .with("commands", "system.run"));
  }

  @AfterAll
  void stop() {
    node.close();
    a.close();
    b.close();
    cluster.close();
    models.close();
  }

  private String send() {
    String id = UUID.randomUUID().toString();
    ObjectNode params =
        Json.object()
            .put("sessionKey", "agent:main:" + id)
            .put("message", COMMAND)
            .put("idempotencyKey", id);
    assertThat(a.ok("chat.send", Json.text(params)).path("status").asText()).isEqualTo("started");
    return id;
  }

  private JsonNode decide(String runId, String decision) {
    return decide(runId, Json.object().put("decision", decision));
  }

  private JsonNode decide(String runId, ObjectNode decision) {
    JsonNode asked =
        b.event(
            "exec.approval.requested",
            event -> event.at("/request/sessionKey").asText().equals("agent:main:" + runId));
    assertThat(asked.at("/request/command").asText()).isEqualTo("echo hi");
    b.ok("exec.approval.resolve", Json.text(decision.put("id", asked.path("id").asText())));
    return asked;
  }

  private String answer(String runId) {
    JsonNode end =
        b.event(
            "chat",
            event ->
                event.path("runId").asText().equals(runId)
                    && !event.path("state").asText().equals("delta"));
    assertThat(end.path("state").asText()).as("%s", end).isEqualTo("final");
    return end.at("/message/content/0/text").asText();
  }

  private JsonNode invoked() {
    JsonNode request = node.event("node.invoke.request");
    node.frames().removeIf(frame -> frame.path("event").asText().equals("node.invoke.request"));
    return request;
  }

  private void ran(JsonNode request, String output) {
    ObjectNode result =
        Json.object()
            .put("id", request.path("id").asText())
            .put("nodeId", nodeKeys.id())
            .put("ok", true)
            .put("payloadJSON", Json.text(Json.object().put("exitCode", 0).put("stdout", output)));
    node.ok("node.invoke.result", Json.text(result));
  }

  @Test
  void aCommandRunsWhenAHumanAgrees() {
    String id = send();
    JsonNode asked = decide(id, "allow-once");
    JsonNode request = invoked();
    JsonNode params = Json.parseObject(request.path("paramsJSON").asText());
    assertThat(params.path("rawCommand").asText()).isEqualTo("echo hi");
    assertThat(params.path("approved").asBoolean()).isTrue();
    assertThat(params.path("runId")).isEqualTo(asked.path("id"));
    ran(request, "hi");
    assertThat(answer(id)).isEqualTo("it said: hi");
  }

  @Test
  void whyItWasDeniedIsToldToTheAgent() {
    String id = send();
    decide(id, Json.object().put("decision", "deny").put("reason", "not\u202E on\nFridays"));
    assertThat(answer(id))
        .isEqualTo("it said: The command was not run: denied by cli: not\\u202e on␊Fridays.");
  }

  @Test
  void aCommandThatIsDeniedDoesNotRun() {
    String id = send();
    decide(id, "deny");
    assertThat(answer(id)).isEqualTo("it said: The command was not run: a human denied it.");
    assertThat(node.frames())
        .noneMatch(frame -> frame.path("event").asText().equals("node.invoke.request"));
  }

  @Test
  void aRunThatIsEndedWhileAHumanThinksRunsNothing() {
    String id = send();
    b.event(
        "exec.approval.requested",
        event -> event.at("/request/sessionKey").asText().equals("agent:main:" + id));
    b.ok("chat.abort", "{\"sessionKey\":\"agent:main:" + id + "\"}");
    decide(id, "allow-once");
    JsonNode list = a.ok("node.list", "{}");
    assertThat(list.path("nodes").size()).isPositive();
    assertThat(node.frames())
        .noneMatch(frame -> frame.path("event").asText().equals("node.invoke.request"));
  }

  @Test
  void othersAreAnsweredWhileAHumanThinks() {
    String id = send();
    b.event(
        "exec.approval.requested",
        event -> event.at("/request/sessionKey").asText().equals("agent:main:" + id));
    String other = UUID.randomUUID().toString();
    a.ok("sessions.patch", "{\"key\":\"agent:main:" + other + "\",\"model\":\"test/words-2-5\"}");
    ObjectNode params =
        Json.object()
            .put("sessionKey", "agent:main:" + other)
            .put("message", "hi")
            .put("idempotencyKey", other);
    a.ok("chat.send", Json.text(params));
    assertThat(answer(other)).isEqualTo("w0 w1");
    decide(id, "deny");
    assertThat(answer(id)).contains("a human denied it");
  }

  @Test
  void whatANodeHearsIsAnsweredInTheMainConversation() {
    String text = "heard " + UUID.randomUUID();
    String payload = Json.text(Json.object().put("text", text).put("sessionKey", "spoken"));
    a.ok("sessions.patch", "{\"key\":\"spoken\",\"model\":\"krabkrab/echo\"}");
    node.ok(
        "node.event",
        Json.text(Json.object().put("event", "voice.transcript").put("payloadJSON", payload)));
    JsonNode end =
        b.event(
            "chat",
            event ->
                event.path("runId").asText().startsWith("voice-")
                    && event.path("state").asText().equals("final"));
    assertThat(end.at("/message/content/0/text").asText()).contains(text);
    assertThat(end.path("sessionKey").asText()).isEqualTo("agent:main:spoken");
  }

  @Test
  void thePolicyDecidesWhetherAnybodyIsAsked() {
    JsonNode policy = a.ok("exec.approvals.get", "{}");
    set(policy.path("hash").asText(), "{\"security\":\"deny\"}");
    assertThat(answer(send()))
        .isEqualTo("it said: The command was not run: the exec policy does not allow it.");

    set(hash(), "{\"security\":\"full\",\"ask\":\"off\"}");
    String id = send();
    JsonNode request = invoked();
    assertThat(Json.parseObject(request.path("paramsJSON").asText()).has("approved")).isFalse();
    ran(request, "free");
    assertThat(answer(id)).isEqualTo("it said: free");
    set(hash(), "{}");
  }

  private String hash() {
    return a.ok("exec.approvals.get", "{}").path("hash").asText();
  }

  private void set(String hash, String defaults) {
    a.ok(
        "exec.approvals.set",
        "{\"baseHash\":\"" + hash + "\",\"file\":{\"version\":1,\"defaults\":" + defaults + "}}");
  }
}
