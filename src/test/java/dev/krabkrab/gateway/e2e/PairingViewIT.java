package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.pairing.ComparisonCode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What those who approve devices are shown, and how much they can be shown. */
@Timeout(120)
class PairingViewIT {
  private static final String READ = "operator.read";

  @RegisterExtension
  static final Cluster cluster =
      Cluster.of(
          2, "{gateway:{auth:{token:'" + Cluster.TOKEN + "'},trustedProxies:['127.0.0.1']}}");

  private static Peer admin;
  private static Peer older;

  private final DeviceKeys keys = DeviceKeys.fresh();

  @BeforeAll
  static void start() {
    admin = cluster.admin(0, 4);
    older = cluster.admin(1, 3);
  }

  @AfterAll
  static void stop() {
    admin.close();
    older.close();
  }

  @Test
  void aNodeShowsWhatItDeclaresBeforeItIsApproved() {
    Connect node =
        Connect.node(4)
            .device(keys)
            .token(Cluster.TOKEN)
            .about("version", "7.1", "platform", "macos", "modelIdentifier", "Mac16,1")
            .with("caps", "camera")
            .with("commands", "system.run", "camera.snap", "own.thing")
            .spoil(params -> params.putObject("permissions").put("screen", true));
    String requestId = refused(1, node, from(1)).at("/details/requestId").asText();
    JsonNode told = admin.event("device.pair.requested", this::isMine);
    JsonNode listed = HandshakeIT.row(list().path("pending"), "deviceId", keys.id());
    assertThat(told).isEqualTo(listed);
    assertThat(told.path("requestId").asText()).isEqualTo(requestId);
    assertThat(told.path("version").asText()).isEqualTo("7.1");
    assertThat(told.path("modelIdentifier").asText()).isEqualTo("Mac16,1");
    assertThat(told.path("caps")).isEqualTo(Json.texts(List.of("camera")));
    assertThat(told.path("permissions")).isEqualTo(Json.object().put("screen", true));
    assertThat(told.path("commands"))
        .isEqualTo(Json.texts(List.of("system.run", "camera.snap", "own.thing")));
    assertThat(told.path("allowedCommands").toString())
        .contains("system.run")
        .doesNotContain("own.thing");
    assertThat(told.path("comparisonCode").asText())
        .matches("[0-9]{6}")
        .isEqualTo(ComparisonCode.of(keys.publicKey(), requestId));
    JsonNode plain = older.event("device.pair.requested", this::isMine);
    Set<String> names = new HashSet<>();
    plain.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .containsExactlyInAnyOrder(
            "requestId",
            "deviceId",
            "publicKey",
            "platform",
            "clientId",
            "clientMode",
            "remoteIp",
            "role",
            "roles",
            "scopes",
            "silent",
            "isRepair",
            "ts");
  }

  @Test
  void whoLetADeviceInIsKeptAndShown() {
    try (Peer here = Peer.connected(cluster.port(1), operator(READ))) {
      JsonNode told = admin.event("device.pair.resolved", this::isMine);
      assertThat(told.path("decision").asText()).isEqualTo("approved");
      assertThat(told.path("via").asText()).isEqualTo("silent");
      assertThat(told.path("scopes")).isEqualTo(Json.texts(List.of(READ)));
      assertThat(older.event("device.pair.resolved", this::isMine)).hasSize(4);
      JsonNode row = paired();
      assertThat(row.path("approvedVia").asText()).isEqualTo("silent");
      assertThat(row.path("approvedAtMs").asLong()).isPositive();
      assertThat(row.path("lastSeenAtMs").asLong()).isPositive();
      assertThat(row.has("approvedBy")).isFalse();
      await().until(() -> paired().path("connected").asBoolean());
    }
    await().until(() -> !paired().path("connected").asBoolean());
    JsonNode entry = admin.ok("audit.list", "{\"action\":\"device.paired\",\"limit\":50}");
    assertThat(entry.toString()).contains(keys.id(), "\"via\":\"silent\"");

    String more = refused(0, operator("operator.write"), from(2)).at("/details/requestId").asText();
    admin.ok("device.pair.approve", "{\"requestId\":\"" + more + "\"}");
    assertThat(paired().path("approvedVia").asText()).isEqualTo("approval");
    assertThat(paired().at("/approvedBy/deviceId").asText()).hasSize(64);

    DeviceKeys other = DeviceKeys.fresh();
    String token =
        admin.ok("device.bootstrap.create", "{\"role\":\"node\"}").path("token").asText();
    Peer.connected(cluster.port(1), Connect.node(4).device(other).token(token), from(2)).close();
    JsonNode row = HandshakeIT.row(list().path("paired"), "deviceId", other.id());
    assertThat(row.path("approvedVia").asText()).isEqualTo("bootstrap");
    assertThat(row.at("/approvedBy/deviceId").asText())
        .isEqualTo(paired().at("/approvedBy/deviceId").asText());
  }

  @Test
  void silentScopesBoundWhatNobodyIsAskedAbout() {
    configure("{gateway:{pairing:{silentScopes:['operator.read','operator.write']}}}");
    try {
      for (int i = 0; i < 2; i++) {
        int port = cluster.port(i);
        Peer.connected(port, operator("operator.write").device(DeviceKeys.fresh())).close();
        Peer.connected(port, Connect.node(4).device(DeviceKeys.fresh()).token(Cluster.TOKEN))
            .close();
        JsonNode error = refused(i, operator(READ, "operator.admin").device(DeviceKeys.fresh()));
        assertThat(error.at("/details/code").asText()).isEqualTo("PAIRING_REQUIRED");
        error = refused(i, operator().device(DeviceKeys.fresh()));
        assertThat(error.at("/details/code").asText()).isEqualTo("PAIRING_REQUIRED");
      }
      Peer.connected(cluster.port(0), operator(READ)).close();
      String more = refused(1, operator("operator.admin")).at("/details/requestId").asText();
      admin.ok("device.pair.approve", "{\"requestId\":\"" + more + "\"}");
      Peer.connected(cluster.port(1), operator("operator.admin")).close();
    } finally {
      configure("{gateway:{pairing:{silentScopes:null}}}");
    }
    Peer.connected(cluster.port(0), operator("operator.admin").device(DeviceKeys.fresh())).close();
  }

  @Test
  void whatAStrangerSaysOfHimselfIsBounded() {
    String name = "x".repeat(257);
    assertThat(
            refused(0, operator(READ).about("displayName", name), from(3)).path("message").asText())
        .isEqualTo(
            "invalid connect params: at /client/displayName: must not have more than 256"
                + " characters");
    Object[] many = new Object[65];
    for (int i = 0; i < many.length; i++) {
      many[i] = "scope." + i;
    }
    for (String list : List.of("scopes", "caps", "commands")) {
      String[] long1 = {"y".repeat(129)};
      Connect connect =
          list.equals("scopes") ? operator(long1) : operator(READ).with(list, (Object[]) long1);
      assertThat(refused(1, connect, from(3)).path("message").asText())
          .contains("at /" + list + "/0: must not have more than 128 characters");
    }
    String[] scopes = java.util.Arrays.copyOf(many, many.length, String[].class);
    assertThat(refused(1, operator(scopes), from(3)).path("message").asText())
        .contains("at /scopes: must not have more than 64 entries");
    Object[] commands = new Object[100];
    for (int i = 0; i < commands.length; i++) {
      commands[i] = "z".repeat(100) + i;
    }
    Connect node = Connect.node(4).device(keys).token(Cluster.TOKEN).with("commands", commands);
    assertThat(refused(0, node, from(3)).path("message").asText())
        .contains("take more than 5120 bytes together");
    assertThat(list().path("pending").toString()).doesNotContain(keys.id());
  }

  @Test
  void requestsOfOneAddressAreBoundedAndOthersFindRoom() {
    int asked = 0;
    JsonNode error;
    do {
      error = refused(asked % 2, operator(READ).device(DeviceKeys.fresh()), from(4));
      asked++;
    } while (error.path("code").asText().equals("NOT_PAIRED") && asked < 100);
    assertThat(asked).isEqualTo(65);
    assertThat(error.path("code").asText()).isEqualTo("UNAVAILABLE");
    assertThat(error.path("retryable").asBoolean()).isTrue();
    assertThat(error.path("message").asText()).contains("64 requests wait", "devices list");
    assertThat(ofAddress("198.51.100.4")).isEqualTo(64);
    for (int last = 100; last < 104; last++) {
      for (int i = 0; i < 64; i++) {
        refused(i % 2, operator(READ).device(DeviceKeys.fresh()), from(last));
      }
    }
    assertThat(list().path("pending").size()).isLessThanOrEqualTo(200);
    JsonNode fresh = refused(1, operator(READ), from(5));
    assertThat(fresh.at("/details/code").asText()).isEqualTo("PAIRING_REQUIRED");
    assertThat(list().path("pending").size()).isLessThanOrEqualTo(200);
    assertThat(list().path("pending").toString()).contains(keys.id());
    assertThat(admin.isClosed()).isFalse();
    // Whoever is let in or turned away makes room.
    for (JsonNode row : list().path("pending")) {
      admin.ok("device.pair.reject", "{\"requestId\":\"" + row.path("requestId").asText() + "\"}");
    }
    assertThat(refused(0, operator(READ).device(DeviceKeys.fresh()), from(4)).path("code").asText())
        .isEqualTo("NOT_PAIRED");
  }

  private static int ofAddress(String address) {
    int count = 0;
    for (JsonNode row : list().path("pending")) {
      count += row.path("remoteIp").asText().equals(address) ? 1 : 0;
    }
    return count;
  }

  private Connect operator(String... scopes) {
    return Connect.operator(4).device(keys).token(Cluster.TOKEN).scopes(scopes);
  }

  private boolean isMine(JsonNode payload) {
    return payload.path("deviceId").asText().equals(keys.id());
  }

  private static String from(int last) {
    return "X-Forwarded-For: 198.51.100." + last;
  }

  private static JsonNode refused(int instance, Connect connect, String... headers) {
    try (Peer peer = Peer.open(cluster.port(instance), headers)) {
      JsonNode answer = peer.connect(connect);
      assertThat(answer.path("ok").asBoolean()).as("%s", answer).isFalse();
      return answer.path("error");
    }
  }

  private JsonNode paired() {
    return HandshakeIT.row(list().path("paired"), "deviceId", keys.id());
  }

  private static JsonNode list() {
    return admin.ok("device.pair.list", "{}");
  }

  private static void configure(String raw) {
    ObjectNode change = Json.object().put("raw", raw);
    change.put("baseHash", admin.ok("config.get", "{}").path("hash").asText());
    admin.ok("config.patch", Json.text(change));
    older.ok("config.get", "{}");
  }
}
