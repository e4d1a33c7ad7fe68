package dev.krabkrab.gateway.e2e;

import static dev.krabkrab.gateway.e2e.Cluster.REMOTE;
import static dev.krabkrab.gateway.e2e.Cluster.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal of a handshake, word by word. Protocol 01a §1.4, 01b §2.6, 05 §6. */
class HandshakeRefusalIT {
  private static final String CLI = "set gateway.remote.token to match gateway.auth.token";
  private static final String UI =
      "open a tokenized dashboard URL or paste token in Control UI settings";
  private static final String OTHER = "provide gateway auth token";

  private static Cluster tokens;
  private static Cluster passwords;

  /** One refusal, as both protocol versions see it; {@code reason} null for no such detail. */
  record Refusal(
      String name,
      Connect connect,
      boolean remote,
      String code,
      String message,
      String detailsCode,
      @Nullable String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeAll
  static void start() {
    tokens = Cluster.of(2, Cluster.TOKEN_CONFIG);
    passwords = Cluster.of(1, "{gateway:{auth:{mode:'password',password:'geheim'}}}");
  }

  @AfterAll
  static void stop() {
    tokens.close();
    passwords.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not json", "{\"type\":", "NaN"})
  void noJsonIsClosedWithoutAWord(String text) {
    try (Peer peer = Peer.open(tokens.port(0))) {
      peer.socket().send(RawSocket.text(text));
      assertThat(peer.closed()).isEqualTo(new RawSocket.Arrival.Closed(1000, ""));
      assertThat(peer.frames()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5",
        "null",
        "[]",
        "\"s\"",
        "{\"type\":\"event\",\"event\":\"x\"}",
        "{\"type\":\"res\",\"id\":\"1\",\"ok\":true}",
        "{\"type\":\"req\",\"method\":\"connect\"}",
        "{\"type\":\"req\",\"id\":\"\",\"method\":\"connect\"}",
        "{\"type\":\"req\",\"id\":7,\"method\":\"connect\"}",
        "{\"type\":\"req\",\"id\":\"1\"}",
        "{\"type\":\"req\",\"id\":\"1\",\"method\":\"connect\",\"more\":1}"
      })
  void noRequestFrameIsClosedWithoutAnAnswer(String text) {
    try (Peer peer = Peer.open(tokens.port(0))) {
      peer.socket().send(RawSocket.text(text));
      assertThat(peer.closed())
          .isEqualTo(new RawSocket.Arrival.Closed(1008, "invalid request frame"));
      assertThat(peer.frames()).hasSize(1);
    }
  }

  @Test
  void theFirstRequestMustBeConnect() {
    try (Peer peer = Peer.open(tokens.port(0))) {
      JsonNode answer = peer.call("health", "{}");
      expectRefusal(
          peer, answer, "INVALID_REQUEST", "invalid handshake: first request must be connect");
    }
  }

  @Test
  void brokenParametersAreNamedAndTheCloseReasonIsCut() {
    try (Peer peer = Peer.open(tokens.port(0))) {
      JsonNode answer = peer.call("connect", "{}");
      String message =
          "invalid connect params: must have required property 'minProtocol'; must have required"
              + " property 'maxProtocol'; must have required property 'client'";
      assertThat(answer.at("/error/message").asText()).isEqualTo(message);
      assertThat(peer.closed())
          .isEqualTo(new RawSocket.Arrival.Closed(1008, message.substring(0, 120)));
    }
  }

  @Test
  void anUnknownPropertyIsRefusedInProtocol3Only() {
    Connect connect = Connect.operator(3).device(DeviceKeys.fresh()).token(TOKEN);
    connect.spoil(params -> params.put("foo", 1));
    try (Peer peer = Peer.open(tokens.port(0))) {
      expectRefusal(
          peer,
          peer.connect(connect),
          "INVALID_REQUEST",
          "invalid connect params: at root: unexpected property 'foo'");
    }
    Peer.connected(tokens.port(0), connect.range(4, 4)).close();
  }

  @ParameterizedTest
  @CsvSource({"2,2,3", "1,1,3", "5,9,4", "9,1,3"})
  void aRangeWithoutOursIsAMismatch(int from, int to, int expected) {
    try (Peer peer = Peer.open(tokens.port(0))) {
      JsonNode answer = peer.connect(Connect.operator(3).range(from, to).token(TOKEN));
      assertThat(answer.at("/error/code").asText()).isEqualTo("INVALID_REQUEST");
      assertThat(answer.at("/error/message").asText()).isEqualTo("protocol mismatch");
      JsonNode details = answer.at("/error/details");
      assertThat(details.path("expectedProtocol").intValue()).isEqualTo(expected);
      if (expected == 4) {
        assertThat(details.path("code").asText()).isEqualTo("PROTOCOL_MISMATCH");
        assertThat(details.path("clientMinProtocol").intValue()).isEqualTo(from);
        assertThat(details.path("clientMaxProtocol").intValue()).isEqualTo(to);
        assertThat(details.path("minimumProbeProtocol").intValue()).isEqualTo(3);
      }
      assertThat(peer.closed()).isEqualTo(new RawSocket.Arrival.Closed(1002, "protocol mismatch"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void anUnknownRoleIsRefused(int version) {
    try (Peer peer = Peer.open(tokens.port(0))) {
      JsonNode answer = peer.connect(Connect.operator(version).role("worker-bee").token(TOKEN));
      expectRefusal(peer, answer, "INVALID_REQUEST", "invalid role");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void aControlUiWithoutADeviceIsRefused(int version) {
    try (Peer peer = Peer.open(tokens.port(0))) {
      Connect ui = Connect.operator(version).client("krabkrab-control-ui", "webchat").token(TOKEN);
      JsonNode answer = peer.connect(ui);
      if (version == 3) {
        String text = "control ui requires HTTPS or localhost (secure context)";
        expectRefusal(peer, answer, "INVALID_REQUEST", text);
      } else {
        expectRefusal(peer, answer, "NOT_PAIRED", "device identity required");
        assertThat(answer.at("/error/details/code").asText())
            .isEqualTo("CONTROL_UI_DEVICE_IDENTITY_REQUIRED");
        assertThat(answer.at("/error/details/remediationHint").asText())
            .contains("gateway.controlUi.allowInsecureAuth");
      }
    }
  }

  static Stream<Refusal> refusals() {
    return Stream.of(3, 4).flatMap(HandshakeRefusalIT::refusals);
  }

  private static Stream<Refusal> refusals(int version) {
    long late = version == 3 ? 600_000 : 120_000;
    String v = " v" + version;
    return Stream.of(
        new Refusal(
            "no device" + v,
            Connect.operator(version).token(TOKEN),
            false,
            "NOT_PAIRED",
            "device identity required",
            "DEVICE_IDENTITY_REQUIRED",
            null),
        new Refusal(
            "no device of a node" + v,
            Connect.node(version).token(TOKEN),
            false,
            "NOT_PAIRED",
            "device identity required",
            "DEVICE_IDENTITY_REQUIRED",
            null),
        device(
            "foreign id" + v,
            genuine(version).spoil(p -> ofDevice(p).put("id", DeviceKeys.fresh().id())),
            "device identity mismatch",
            "DEVICE_ID_MISMATCH",
            "device-id-mismatch"),
        device(
            "undecodable key" + v,
            genuine(version).spoil(p -> ofDevice(p).put("publicKey", "!!")),
            "device identity mismatch",
            "DEVICE_ID_MISMATCH",
            "device-id-mismatch"),
        device(
            "too old" + v,
            genuine(version).clock(-late - 60_000),
            "device signature expired",
            "SIGNATURE_EXPIRED",
            "device-signature-stale"),
        device(
            "from the future" + v,
            genuine(version).clock(late + 60_000),
            "device signature expired",
            "SIGNATURE_EXPIRED",
            "device-signature-stale"),
        remote(
            device(
                "no nonce" + v,
                genuine(version).layout(1),
                "device nonce required",
                "NONCE_REQUIRED",
                "device-nonce-missing")),
        device(
            "foreign nonce" + v,
            genuine(version).spoil(p -> ofDevice(p).put("nonce", "someone else's")),
            "device nonce mismatch",
            "NONCE_MISMATCH",
            "device-nonce-mismatch"),
        device(
            "other scopes than signed" + v,
            genuine(version).spoil(p -> p.putArray("scopes").add("operator.read")),
            "device signature invalid",
            "SIGNATURE_INVALID",
            "device-signature"),
        device(
            "no signature at all" + v,
            genuine(version).spoil(p -> ofDevice(p).put("signature", "%%%")),
            "device signature invalid",
            "SIGNATURE_INVALID",
            "device-signature"));
  }

  private static Connect genuine(int version) {
    return Connect.operator(version).device(DeviceKeys.fresh()).token(TOKEN);
  }

  private static ObjectNode ofDevice(ObjectNode params) {
    return (ObjectNode) params.get("device");
  }

  private static Refusal device(
      String name, Connect connect, String text, String code, String reason) {
    return new Refusal(
        name, connect, false, "INVALID_REQUEST", text, "DEVICE_AUTH_" + code, reason);
  }

  private static Refusal remote(Refusal r) {
    return new Refusal(r.name, r.connect, true, r.code, r.message, r.detailsCode, r.reason);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void theDeviceStepsRefuseInTheirWords(Refusal refusal) {
    try (Peer peer = open(tokens.port(1), refusal.remote())) {
      JsonNode answer = peer.connect(refusal.connect());
      expectRefusal(peer, answer, refusal.code(), refusal.message());
      JsonNode details = answer.at("/error/details");
      if (refusal.name().endsWith("v4")) {
        assertThat(details.path("code").asText()).isEqualTo(refusal.detailsCode());
        assertThat(details.path("reason").textValue()).isEqualTo(refusal.reason());
      } else {
        assertThat(details.isMissingNode()).as("%s", answer).isTrue();
      }
    }
  }

  @Test
  void protocol4NeedsTheNonceEvenFromALocalClient() {
    try (Peer peer = Peer.open(tokens.port(0))) {
      JsonNode answer = peer.connect(genuine(4).layout(1));
      expectRefusal(peer, answer, "INVALID_REQUEST", "device nonce required");
    }
    Peer.connected(tokens.port(0), genuine(3).layout(1)).close();
  }

  @ParameterizedTest
  @CsvSource({
    "cli, cli, false",
    "cli, operator, false",
    "webchat-ui, ui, true",
    "x-control-ui, ui, true",
    "some-app, webchat, true",
    "some-app, backend,"
  })
  void theTokenHintSuitsTheClient(String id, String mode, @Nullable Boolean ui) {
    String hint = ui == null ? OTHER : ui ? UI : CLI;
    for (int version : new int[] {3, 4}) {
      Connect without = Connect.operator(version).client(id, mode).device(DeviceKeys.fresh());
      expectAuth(
          tokens,
          without,
          "unauthorized: gateway token missing (" + hint + ")",
          "AUTH_TOKEN_MISSING",
          "update_auth_configuration");
      expectAuth(
          tokens,
          without.token("wrong"),
          "unauthorized: gateway token mismatch (" + hint + ")",
          "AUTH_TOKEN_MISMATCH",
          "retry_with_device_token");
    }
  }

  @ParameterizedTest
  @CsvSource({"cli, cli, false", "webchat, webchat, true", "some-app, backend,"})
  void thePasswordHintSuitsTheClient(String id, String mode, @Nullable Boolean ui) {
    String hint =
        ui == null
            ? "provide gateway auth password"
            : ui
                ? "enter the password in Control UI settings"
                : "set gateway.remote.password to match gateway.auth.password";
    for (int version : new int[] {3, 4}) {
      Connect without = Connect.operator(version).client(id, mode).device(DeviceKeys.fresh());
      expectAuth(
          passwords,
          without,
          "unauthorized: gateway password missing (" + hint + ")",
          "AUTH_PASSWORD_MISSING",
          "update_auth_configuration");
      expectAuth(
          passwords,
          without.auth("password", "falsch"),
          "unauthorized: gateway password mismatch (" + hint + ")",
          "AUTH_PASSWORD_MISMATCH",
          "update_auth_credentials");
    }
  }

  @Test
  void aTokenIsNotAPasswordButAPasswordLetsADeviceIn() {
    Connect connect = Connect.operator(4).device(DeviceKeys.fresh()).token("geheim");
    try (Peer peer = Peer.open(passwords.port(0))) {
      assertThat(peer.connect(connect).at("/error/details/code").asText())
          .isEqualTo("AUTH_PASSWORD_MISSING");
    }
    connect = Connect.operator(4).device(DeviceKeys.fresh()).auth("password", "geheim");
    try (Peer peer = Peer.open(passwords.port(0))) {
      assertThat(peer.hello(connect).at("/auth/method").asText()).isEqualTo("password");
    }
  }

  @Test
  void aWrongDeviceTokenAndOneThatCoversTooLittleAreToldApart() {
    DeviceKeys keys = DeviceKeys.fresh();
    Connect paired = Connect.operator(4).device(keys).scopes("operator.read").token(TOKEN);
    String deviceToken;
    try (Peer peer = Peer.open(tokens.port(0))) {
      deviceToken = peer.hello(paired).at("/auth/deviceToken").asText();
    }
    expectAuth(
        tokens,
        Connect.operator(4).device(keys).scopes("operator.read").auth("deviceToken", "wrong"),
        "unauthorized: device token mismatch (rotate/reissue device token)",
        "AUTH_DEVICE_TOKEN_MISMATCH",
        "update_auth_credentials");
    try (Peer peer = Peer.open(tokens.port(1), REMOTE)) {
      Connect more =
          Connect.operator(4)
              .device(keys)
              .scopes("operator.admin")
              .auth("deviceToken", deviceToken);
      assertThat(peer.connect(more).at("/error/details/code").asText())
          .isEqualTo("AUTH_SCOPE_MISMATCH");
    }
    Connect again =
        Connect.operator(4).device(keys).scopes("operator.read").auth("deviceToken", deviceToken);
    try (Peer peer = Peer.open(tokens.port(1), REMOTE)) {
      assertThat(peer.hello(again).at("/auth/method").asText()).isEqualTo("device-token");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void aStrangerWaitsForApprovalUnderOneRequestId(int version) {
    DeviceKeys keys = DeviceKeys.fresh();
    Connect read = Connect.operator(version).device(keys).scopes("operator.read").token(TOKEN);
    String requestId = expectPairing(read, "not-paired", "device is not approved yet", version);
    assertThat(expectPairing(read, "not-paired", "device is not approved yet", version))
        .isEqualTo(requestId);
    try (Peer admin = tokens.admin(0)) {
      admin.ok("device.pair.approve", "{\"requestId\":\"" + requestId + "\"}");
    }
    Peer.connected(tokens.port(1), read, REMOTE).close();
    expectPairing(
        Connect.operator(version).device(keys).scopes("operator.admin").token(TOKEN),
        "scope-upgrade",
        "device is asking for more scopes than currently approved",
        version);
    expectPairing(
        Connect.node(version).device(keys).token(TOKEN),
        "role-upgrade",
        "device is asking for a higher role than currently approved",
        version);
  }

  private static String expectPairing(Connect connect, String reason, String words, int version) {
    try (Peer peer = Peer.open(tokens.port(1), REMOTE)) {
      JsonNode answer = peer.connect(connect);
      JsonNode details = answer.at("/error/details");
      String requestId = details.path("requestId").asText();
      assertThat(answer.at("/error/code").asText()).isEqualTo("NOT_PAIRED");
      assertThat(requestId).isNotEmpty();
      if (version == 3) {
        assertThat(answer.at("/error/message").asText()).isEqualTo("pairing required");
        assertThat(peer.closed()).isEqualTo(new RawSocket.Arrival.Closed(1008, "pairing required"));
        return requestId;
      }
      String message = "pairing required: " + words;
      assertThat(answer.at("/error/message").asText()).isEqualTo(message);
      assertThat(details.path("code").asText()).isEqualTo("PAIRING_REQUIRED");
      assertThat(details.path("reason").asText()).isEqualTo(reason);
      assertThat(details.path("recommendedNextStep").asText()).isEqualTo("wait_then_retry");
      assertThat(details.path("retryable").booleanValue()).isTrue();
      assertThat(details.path("pauseReconnect").booleanValue()).isFalse();
      assertThat(details.has("approvedScopes")).isEqualTo(!reason.equals("not-paired"));
      String close = message + " (requestId: " + requestId + ")";
      assertThat(peer.closed()).isEqualTo(new RawSocket.Arrival.Closed(1008, cut(close)));
      return requestId;
    }
  }

  private static void expectAuth(
      Cluster where, Connect connect, String message, String code, String nextStep) {
    try (Peer peer = Peer.open(where.port(0))) {
      JsonNode answer = peer.connect(connect);
      expectRefusal(peer, answer, "INVALID_REQUEST", message);
      JsonNode details = answer.at("/error/details");
      if (details.isMissingNode()) {
        return;
      }
      assertThat(details.path("code").asText()).isEqualTo(code);
      assertThat(details.path("authReason").asText())
          .isEqualToIgnoringCase(code.substring("AUTH_".length()));
      assertThat(details.path("recommendedNextStep").asText()).isEqualTo(nextStep);
      assertThat(details.path("canRetryWithDeviceToken").asBoolean())
          .isEqualTo(nextStep.equals("retry_with_device_token"));
    }
  }

  private static void expectRefusal(Peer peer, JsonNode answer, String code, String message) {
    assertThat(answer.path("ok").asBoolean(true)).isFalse();
    assertThat(answer.at("/error/code").asText()).isEqualTo(code);
    assertThat(answer.at("/error/message").asText()).isEqualTo(message);
    assertThat(peer.closed()).isEqualTo(new RawSocket.Arrival.Closed(1008, cut(message)));
    assertThat(peer.frames()).as("the challenge and one answer").hasSize(2);
  }

  private static Peer open(int port, boolean remote) {
    return remote ? Peer.open(port, REMOTE) : Peer.open(port);
  }

  private static String cut(String ascii) {
    byte[] bytes = ascii.getBytes(StandardCharsets.UTF_8);
    return new String(bytes, 0, Math.min(120, bytes.length), StandardCharsets.UTF_8);
  }
}
