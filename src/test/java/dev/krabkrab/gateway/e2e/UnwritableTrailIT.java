package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.app.TestGateway;
import dev.krabkrab.gateway.channel.WebhookReceiver;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The second instance has lost its way to the audit trail: what would have to be entered there is
 * refused and not done, so that the first one can do it.
 */
@Timeout(120)
class UnwritableTrailIT extends TwoInstances {
  private static final String DEVICES = "device.pair.list";
  private static final String NODES = "node.pair.list";
  private static final String CONFIG = "config.get";
  private static final String JOBS = "cron.list";
  private static final String PEOPLE = "channels.pairing.list";
  private static final String PENDING = "exec.approval.list";

  /** What nobody waits for, what says that entries are missing, and what only older ones wrote. */
  private static final Set<AuditAction> NOT_AWAITED =
      EnumSet.of(
          AuditAction.APPROVAL_REQUESTED,
          AuditAction.APPROVAL_RULE_USED,
          AuditAction.TOKEN_ISSUED,
          AuditAction.NODE_INVOKED,
          AuditAction.RUN_REFUSED,
          AuditAction.RUN_REQUESTED,
          AuditAction.HTTP_TOOL,
          AuditAction.HTTP_RUN,
          AuditAction.ACCESS_REFUSED,
          AuditAction.OUTCOME_UNKNOWN,
          AuditAction.AUDIT_GAP);

  private final DeviceKeys friend = DeviceKeys.fresh();
  private final DeviceKeys doubter = DeviceKeys.fresh();
  private final WebhookReceiver receiver = closing(new WebhookReceiver());
  private final RedisProcess redis = closing(RedisProcess.startEmpty());
  private final RedisProcess replica = closing(RedisProcess.startReplica(redis));
  private TestGateway doubtful;
  private Peer c;

  @Override
  RedisSettings redis() {
    return redis.settings();
  }

  @Override
  String config() {
    return config(
        "channels:{webhook:{dmPolicy:'pairing',url:'"
            + receiver.url()
            + "',secret:'"
            + WebhookReceiver.SECRET
            + "'}}");
  }

  /**
   * A method whose effect is entered before it is answered.
   *
   * @param reads what shows its effect
   * @param params prepares it, by the first instance
   */
  private record Row(
      AuditAction action,
      String method,
      String reads,
      Function<UnwritableTrailIT, ObjectNode> params) {
    @Override
    public String toString() {
      return method;
    }
  }

  static List<Row> rows() {
    return List.of(
        new Row(AuditAction.APPROVAL_RESOLVED, "exec.approval.resolve", PENDING, t -> t.pending()),
        new Row(
            AuditAction.APPROVAL_RESOLVED,
            "approval.resolve",
            PENDING,
            t -> t.pending().put("kind", "exec")),
        new Row(
            AuditAction.APPROVAL_POLICY_CHANGED,
            "exec.approvals.set",
            "exec.approvals.get",
            t -> t.policy()),
        new Row(
            AuditAction.APPROVAL_RULE_REMOVED,
            "exec.approval.grants.revoke",
            "exec.approval.grants.list",
            t -> t.rule()),
        new Row(AuditAction.DEVICE_PAIRED, "device.pair.approve", DEVICES, t -> t.waiting()),
        new Row(AuditAction.DEVICE_REJECTED, "device.pair.reject", DEVICES, t -> t.waiting()),
        new Row(AuditAction.DEVICE_REMOVED, "device.pair.remove", DEVICES, t -> t.device()),
        new Row(
            AuditAction.DEVICE_RENAMED,
            "device.pair.rename",
            DEVICES,
            t -> t.device().put("label", "Shed")),
        new Row(
            AuditAction.BOOTSTRAP_CREATED,
            "device.bootstrap.create",
            DEVICES,
            t -> json("{role:'node'}")),
        new Row(
            AuditAction.TOKEN_ROTATED,
            "device.token.rotate",
            DEVICES,
            t -> t.device().put("role", "operator")),
        new Row(
            AuditAction.TOKEN_REVOKED,
            "device.token.revoke",
            DEVICES,
            t -> t.device().put("role", "operator")),
        new Row(AuditAction.NODE_PAIRED, "node.pair.approve", NODES, t -> t.waitingNode()),
        new Row(AuditAction.NODE_REJECTED, "node.pair.reject", NODES, t -> t.waitingNode()),
        new Row(AuditAction.NODE_REMOVED, "node.pair.remove", NODES, t -> t.pairedNode()),
        new Row(AuditAction.PERSON_ADMITTED, "channels.pairing.approve", PEOPLE, t -> t.stranger()),
        new Row(
            AuditAction.PERSON_DISMISSED, "channels.pairing.dismiss", PEOPLE, t -> t.stranger()),
        new Row(AuditAction.CONFIG_CHANGED, "config.patch", CONFIG, t -> t.document("{hooks:{}}")),
        new Row(AuditAction.CONFIG_CHANGED, "config.set", CONFIG, t -> t.document(t.config())),
        new Row(AuditAction.CONFIG_CHANGED, "config.apply", CONFIG, t -> t.document(t.config())),
        new Row(AuditAction.CRON_ADDED, "cron.add", JOBS, t -> newJob()),
        new Row(
            AuditAction.CRON_CHANGED,
            "cron.update",
            JOBS,
            t -> t.job().set("patch", json("{name:'other'}"))),
        new Row(AuditAction.CRON_REMOVED, "cron.remove", JOBS, t -> t.job()));
  }

  @BeforeAll
  void cut() {
    Peer.connected(cluster.port(1), cluster.as(friend, 3)).close();
    doubtful =
        closing(TestGateway.start(cluster.redis().withMinReplicasAck(1), config(), Map.of()));
    // A young instance may not have its connection for durable writes yet.
    c = closing(await().until(this::entered, Objects::nonNull));
    cluster.instance(1).cutTrail();
  }

  private @Nullable Peer entered() {
    Peer peer = Peer.open(doubtful.port());
    if (peer.connect(cluster.as(doubter, 3)).path("ok").asBoolean()) {
      return peer;
    }
    peer.close();
    return null;
  }

  @ParameterizedTest
  @MethodSource("rows")
  void whatCouldNotBeEnteredIsNotDone(Row row) {
    ObjectNode params = row.params().apply(this);
    JsonNode before = a.ok(row.reads(), "{}");
    JsonNode refused = b.call(row.method(), Json.text(params));

    assertThat(refused.at("/error/code").asText()).as("%s", refused).isEqualTo("UNAVAILABLE");
    assertThat(refused.at("/error/retryable").asBoolean()).isTrue();
    assertThat(a.ok(row.reads(), "{}")).isEqualTo(before);
    a.ok(row.method(), Json.text(params));
    String entries = Json.text(Json.object().put("action", row.action().wire()).put("limit", 1));
    JsonNode entry = a.ok("audit.list", entries).at("/entries/0");
    assertThat(entry.path("action").asText()).isEqualTo(row.action().wire());
  }

  /** On an instance whose Redis does what it is told, and does not get it to a replica. */
  @ParameterizedTest
  @MethodSource("rows")
  void whatMayHaveBeenDoneIsEntered(Row row) {
    ObjectNode params = row.params().apply(this);
    long before = lastOfDoubter().path("seq").asLong();
    replica.kill();
    JsonNode answer = c.call(row.method(), Json.text(params));
    replica.startAsReplicaOf(redis);
    assertThat(answer.at("/error/code").asText()).as("%s", answer).isEqualTo("UNAVAILABLE");
    JsonNode entry = await().until(this::lastOfDoubter, last -> last.path("seq").asLong() > before);
    assertThat(List.of(entry.path("action").asText(), entry.at("/details/of").asText()))
        .as("%s", entry)
        .contains(row.action().wire());
  }

  /** The next time it would come in as one that is paired. */
  @Test
  void soIsWhoMayHaveBeenPairedUnasked() {
    DeviceKeys fresh = DeviceKeys.fresh();
    replica.kill();
    // What is read before may fail as well, and then nobody is paired.
    await().until(() -> mayBePaired(fresh));
    replica.startAsReplicaOf(redis);
    JsonNode entry = await().until(() -> lastOf(fresh), last -> last.has("seq"));
    assertThat(entry.path("action").asText()).isEqualTo("outcome.unknown");
    assertThat(entry.at("/details/of").asText()).isEqualTo("device.paired");
  }

  private boolean mayBePaired(DeviceKeys keys) {
    try (Peer peer = Peer.open(doubtful.port())) {
      JsonNode refused = peer.connect(cluster.as(keys, 3));
      assertThat(refused.at("/error/code").asText()).as("%s", refused).isEqualTo("UNAVAILABLE");
    }
    return a.ok(DEVICES, "{}").path("paired").toString().contains(keys.id());
  }

  private JsonNode lastOfDoubter() {
    return lastOf(doubter);
  }

  private JsonNode lastOf(DeviceKeys device) {
    String query = Json.text(Json.object().put("device", device.id()).put("limit", 1));
    return a.ok("audit.list", query).at("/entries/0");
  }

  @Test
  void everyAwaitedActionHasItsRow() {
    Set<AuditAction> shown = EnumSet.copyOf(NOT_AWAITED);
    rows().forEach(row -> shown.add(row.action()));
    assertThat(shown).isEqualTo(EnumSet.allOf(AuditAction.class));
  }

  /** A client of this host is paired without a question, and that is entered too. */
  @Test
  void nobodyIsPairedUnaskedWhoCouldNotBeEntered() {
    DeviceKeys fresh = DeviceKeys.fresh();
    JsonNode before = a.ok(DEVICES, "{}").path("pending");
    try (Peer peer = Peer.open(cluster.port(1))) {
      JsonNode refused = peer.connect(cluster.as(fresh, 3));
      assertThat(refused.at("/error/code").asText()).as("%s", refused).isEqualTo("UNAVAILABLE");
    }
    JsonNode after = a.ok(DEVICES, "{}");
    assertThat(after.toString()).doesNotContain(fresh.id());
    assertThat(after.path("pending")).isEqualTo(before);
    Peer.connected(cluster.port(1), cluster.as(friend, 3)).close();
    Peer.connected(cluster.port(0), cluster.as(fresh, 3)).close();
    Peer.connected(cluster.port(1), cluster.as(fresh, 3)).close();
  }

  private ObjectNode pending() {
    String id = UUID.randomUUID().toString();
    a.requestApproval(id, "ls", 60_000);
    a.event("exec.approval.requested", shown -> shown.path("id").asText().equals(id));
    return Json.object().put("id", id).put("decision", "deny");
  }

  private ObjectNode policy() {
    String hash = a.ok("exec.approvals.get", "{}").path("hash").asText();
    ObjectNode file = json("{version:1,agents:{}}");
    file.putObject("defaults").put("ask", "always");
    return Json.object().put("baseHash", hash).set("file", file);
  }

  private ObjectNode rule() {
    DeviceKeys machine = DeviceKeys.fresh();
    Connect runner =
        Connect.node(4).device(machine).token(Cluster.TOKEN).about("platform", "linux");
    String id = UUID.randomUUID().toString();
    try (Peer asker = cluster.admin(0, 4);
        Peer node = Peer.connected(cluster.port(0), runner.with("commands", "system.run"))) {
      ObjectNode question = Json.object().put("id", id).put("timeoutMs", 20_000);
      question.set("commandArgv", Json.texts(List.of("/usr/bin/git", "status")));
      asker.send(
          "exec.approval.request", question.put("nodeId", machine.id()).put("agentId", "main"));
      a.event("exec.approval.requested", shown -> shown.path("id").asText().equals(id));
      a.ok("exec.approval.resolve", "{\"id\":\"" + id + "\",\"decision\":\"allow-always\"}");
      assertThat(node.isClosed()).isFalse();
    }
    JsonNode grants = a.ok("exec.approval.grants.list", "{}").path("grants");
    return Json.object().put("grantId", grants.at("/0/id").asText());
  }

  private ObjectNode waiting() {
    try (Peer peer = Peer.open(cluster.port(0), Cluster.REMOTE)) {
      JsonNode refused = peer.connect(cluster.as(DeviceKeys.fresh(), 3));
      return Json.object().put("requestId", refused.at("/error/details/requestId").asText());
    }
  }

  private ObjectNode stranger() {
    String sender = "p-" + UUID.randomUUID();
    WebhookReceiver.says(cluster.port(0), sender, "hello");
    String code = await().until(() -> codeOf(sender), found -> !found.isEmpty());
    return Json.object().put("code", code);
  }

  private String codeOf(String sender) {
    for (JsonNode one : a.ok(PEOPLE, "{}").path("requests")) {
      if (one.path("senderId").asText().equals(sender)) {
        return one.path("code").asText();
      }
    }
    return "";
  }

  private ObjectNode device() {
    DeviceKeys keys = DeviceKeys.fresh();
    Peer.connected(cluster.port(0), cluster.as(keys, 3)).close();
    await().until(() -> !isConnected(keys));
    return Json.object().put("deviceId", keys.id());
  }

  private boolean isConnected(DeviceKeys keys) {
    for (JsonNode device : a.ok(DEVICES, "{}").path("paired")) {
      if (device.path("deviceId").asText().equals(keys.id())) {
        return device.path("connected").asBoolean();
      }
    }
    return true;
  }

  private ObjectNode waitingNode() {
    String node = Json.text(Json.object().put("nodeId", "n-" + UUID.randomUUID()));
    JsonNode request = a.ok("node.pair.request", node).path("request");
    return Json.object().put("requestId", request.path("requestId").asText());
  }

  private ObjectNode pairedNode() {
    JsonNode paired = a.ok("node.pair.approve", Json.text(waitingNode()));
    return Json.object().put("nodeId", paired.at("/node/nodeId").asText());
  }

  private ObjectNode document(String raw) {
    String hash = a.ok(CONFIG, "{}").path("hash").asText();
    return Json.object().put("baseHash", hash).put("raw", raw);
  }

  private static ObjectNode newJob() {
    return json(
        "{name:'job',schedule:{kind:'every',everyMs:3600000},sessionTarget:'main',"
            + "wakeMode:'next-heartbeat',payload:{kind:'systemEvent',text:'x'}}");
  }

  private ObjectNode job() {
    String id = a.ok("cron.add", Json.text(newJob())).path("id").asText();
    return Json.object().put("id", id);
  }

  private static ObjectNode json(String json5) {
    return (ObjectNode) Json5.parse(json5);
  }
}
