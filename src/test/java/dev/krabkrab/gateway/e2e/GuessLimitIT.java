package dev.krabkrab.gateway.e2e;

import static dev.krabkrab.gateway.e2e.Cluster.TOKEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.app.TestGateway;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits on guessing secrets, counted for all instances together. Protocol 05 §7. */
@Timeout(90)
class GuessLimitIT {
  private static final String EVE = "X-Forwarded-For: 198.51.100.1";
  private static final String BOB = "X-Forwarded-For: 198.51.100.2";
  private static final String WORDS =
      "unauthorized: too many failed authentication attempts (retry later)";
  private static final String MISMATCH = "AUTH_TOKEN_MISMATCH";

  private final DeviceKeys keys = DeviceKeys.fresh();

  @Test
  void tenWrongSecretsAnywhereLockTheAddressOutEverywhere() {
    try (Cluster cluster = Cluster.of(2, config(""))) {
      String deviceToken = pair(cluster.port(0));
      for (int i = 0; i < 10; i++) {
        assertThat(refusal(cluster.port(i % 2), secret("wrong" + i), EVE)).isEqualTo(MISMATCH);
      }
      for (int i = 0; i < 2; i++) {
        expectLockedOut(cluster.port(i), secret("wrong"), EVE);
        expectLockedOut(cluster.port(i), secret(TOKEN), EVE);
        Connect byOwnToken = operator().auth("deviceToken", deviceToken);
        Peer.connected(cluster.port(i), byOwnToken, EVE).close();
        Peer.connected(cluster.port(i), secret(deviceToken), EVE).close();
        Peer.connected(cluster.port(i), secret("wrong").auth("deviceToken", deviceToken), EVE)
            .close();
        expectLockedOut(cluster.port(i), byOwnToken.scopes("operator.admin"), EVE);
        expectLockedOut(cluster.port(i), operator().auth("deviceToken", deviceToken + "x"), EVE);
        expectLockedOut(
            cluster.port(i),
            operator().device(DeviceKeys.fresh()).auth("deviceToken", deviceToken),
            EVE);
        Peer.connected(cluster.port(i), secret(TOKEN), BOB).close();
        Peer.connected(cluster.port(i), secret(TOKEN)).close();
      }
    }
  }

  @Test
  void protocol3IsToldInWordsAlone() {
    try (Cluster cluster = Cluster.of(1, config("maxAttempts:1"))) {
      Connect wrong = Connect.operator(3).device(keys).token("wrong");
      refusal(cluster.port(0), wrong, EVE);
      try (Peer peer = Peer.open(cluster.port(0), EVE)) {
        JsonNode error = peer.connect(wrong).path("error");
        assertThat(error.path("code").asText()).isEqualTo("INVALID_REQUEST");
        assertThat(error.path("message").asText()).isEqualTo(WORDS);
        assertThat(error.has("details")).isFalse();
        assertThat(peer.closed()).isEqualTo(new RawSocket.Arrival.Closed(1008, WORDS));
      }
    }
  }

  @Test
  void onlyWrongSecretsCount() {
    try (Cluster cluster = Cluster.of(1, config("maxAttempts:2"))) {
      int port = cluster.port(0);
      String deviceToken = pair(port);
      Connect tooMuch = operator().scopes("operator.admin").auth("deviceToken", deviceToken);
      for (int i = 0; i < 3; i++) {
        assertThat(refusal(port, operator(), EVE)).isEqualTo("AUTH_TOKEN_MISSING");
        assertThat(refusal(port, secret(TOKEN).device(DeviceKeys.fresh()), EVE))
            .isEqualTo("PAIRING_REQUIRED");
        assertThat(refusal(port, forged(), EVE)).isEqualTo("DEVICE_AUTH_SIGNATURE_INVALID");
        assertThat(refusal(port, tooMuch, EVE)).isEqualTo("AUTH_SCOPE_MISMATCH");
        Peer.connected(port, secret(TOKEN), EVE).close();
      }
      assertThat(refusal(port, secret("wrong"), EVE)).isEqualTo(MISMATCH);
      Peer.connected(port, secret(TOKEN), EVE).close();
      assertThat(refusal(port, operator().auth("deviceToken", "wrong"), EVE))
          .isEqualTo("AUTH_DEVICE_TOKEN_MISMATCH");
      expectLockedOut(port, secret(TOKEN), EVE);
      expectLockedOut(port, tooMuch, EVE);
    }
  }

  /** With its own token it is let in; that must not be a way to try out shared ones. */
  @Test
  void aPairedDeviceGuessesNoOftenerFromManyAddresses() {
    try (Cluster cluster = Cluster.of(2, config("maxAttempts:3"))) {
      String deviceToken = pair(cluster.port(0));
      Connect right = operator().auth("deviceToken", deviceToken);
      for (int i = 0; i < 3; i++) {
        String address = "X-Forwarded-For: 198.51.100." + (10 + i);
        Connect both = secret("wrong" + i).auth("deviceToken", deviceToken);
        Peer.connected(cluster.port(i % 2), both, address).close();
      }
      for (int i = 0; i < 2; i++) {
        Connect both = secret(TOKEN).auth("deviceToken", deviceToken);
        expectLockedOut(cluster.port(i), both, "X-Forwarded-For: 198.51.100.2" + i);
        Peer.connected(cluster.port(i), right, EVE).close();
        Peer.connected(cluster.port(i), secret(TOKEN).device(keys), BOB).close();
      }
    }
  }

  @Test
  void anInstanceThatStartsLaterKnows() {
    try (Cluster cluster = Cluster.of(1, config("maxAttempts:1"))) {
      pair(cluster.port(0));
      refusal(cluster.port(0), secret("wrong"), EVE);
      try (TestGateway late = TestGateway.start(cluster.redis(), config(""))) {
        expectLockedOut(late.port(), secret(TOKEN), EVE);
        Peer.connected(late.port(), secret(TOKEN), BOB).close();
      }
    }
  }

  @Test
  void ownHostIsExemptUntilSettingsSayOtherwiseAndLockOutsEnd() {
    try (Cluster cluster = Cluster.of(2, config("maxAttempts:2"));
        Peer first = cluster.admin(0);
        Peer second = cluster.admin(1)) {
      pair(cluster.port(0));
      for (int i = 0; i < 4; i++) {
        assertThat(refusal(cluster.port(0), secret("wrong"))).isEqualTo(MISMATCH);
      }
      change(first, "{gateway:{auth:{rateLimit:{exemptLoopback:false,lockoutMs:8000}}}}");
      // Reading the document brings the other instance up to date.
      second.ok("config.get", "{}");
      for (int i = 0; i < 2; i++) {
        assertThat(refusal(cluster.port(i), secret("wrong"))).isEqualTo(MISMATCH);
      }
      expectLockedOut(cluster.port(0), secret(TOKEN));
      expectLockedOut(cluster.port(1), secret(TOKEN));

      await().until(() -> connects(cluster.port(0), secret(TOKEN)));
      await().until(() -> connects(cluster.port(1), secret(TOKEN)));
    }
  }

  @Test
  void aLoopbackProxyThatIsNotTrustedMakesNobodyExempt() {
    String untrusted = config("maxAttempts:1").replace("'127.0.0.1'", "");
    try (Cluster cluster = Cluster.of(1, untrusted)) {
      pair(cluster.port(0));
      refusal(cluster.port(0), secret("wrong"), EVE);
      expectLockedOut(cluster.port(0), secret(TOKEN), BOB);
      Peer.connected(cluster.port(0), secret(TOKEN)).close();
    }
  }

  @Test
  void everyInstanceCountsForItselfWhileRedisIsAway() {
    try (RedisProcess redis = RedisProcess.startEmpty();
        TestGateway gateway =
            TestGateway.start(
                redis.settings(), config("maxAttempts:3", "allowTokenWithoutDevice:true,"))) {
      int port = gateway.port();
      Connect wrong = Connect.operator(4).token("wrong");
      assertThat(refusal(port, wrong, EVE)).isEqualTo(MISMATCH);
      redis.stop();
      assertThat(refusal(port, wrong, EVE)).isEqualTo(MISMATCH);
      assertThat(refusal(port, wrong, EVE)).isEqualTo(MISMATCH);
      expectLockedOut(port, wrong, EVE);
      expectLockedOut(port, Connect.operator(4).token(TOKEN), EVE);
      assertThat(refusal(port, wrong, BOB)).isEqualTo(MISMATCH);

      redis.start();
      await().until(() -> connects(port, Connect.operator(4).token(TOKEN), BOB));
      expectLockedOut(port, Connect.operator(4).token(TOKEN), EVE);
    }
  }

  @Test
  void aLockOutThatWasHeardOfHoldsWhileRedisIsAway() {
    String config = config("maxAttempts:1", "allowTokenWithoutDevice:true,");
    try (RedisProcess redis = RedisProcess.startEmpty()) {
      RedisSettings shared = redis.settings();
      try (TestGateway first = TestGateway.start(shared, config);
          TestGateway second = TestGateway.start(shared, config)) {
        refusal(first.port(), Connect.operator(4).token("wrong"), EVE);
        redis.stop();
        expectLockedOut(second.port(), Connect.operator(4).token(TOKEN), EVE);
      }
    }
  }

  private static String config(String rateLimit) {
    return config(rateLimit, "");
  }

  private static String config(String rateLimit, String auth) {
    return "{gateway:{trustedProxies:['127.0.0.1'],auth:{%stoken:'%s',rateLimit:{%s}}}}"
        .formatted(auth, TOKEN, rateLimit);
  }

  private Connect operator() {
    return Connect.operator(4).device(keys).scopes("operator.read");
  }

  private Connect secret(String token) {
    return operator().token(token);
  }

  private Connect forged() {
    return secret(TOKEN)
        .spoil(params -> ((ObjectNode) params.path("device")).put("signature", "A".repeat(86)));
  }

  /** Pairs the device from the gateway's own host; returns its token. */
  private String pair(int port) {
    try (Peer peer = Peer.open(port)) {
      return peer.hello(secret(TOKEN)).at("/auth/deviceToken").asText();
    }
  }

  private static void change(Peer admin, String patch) {
    ObjectNode params = Json.object().put("raw", patch);
    params.put("baseHash", admin.ok("config.get", "{}").path("hash").asText());
    admin.ok("config.patch", Json.text(params));
  }

  private static boolean connects(int port, Connect connect, String... headers) {
    try (Peer peer = Peer.open(port, headers)) {
      return peer.connect(connect).path("ok").asBoolean();
    }
  }

  /** The code of the refusal. */
  private static String refusal(int port, Connect connect, String... headers) {
    try (Peer peer = Peer.open(port, headers)) {
      return peer.connect(connect).at("/error/details/code").asText();
    }
  }

  private static void expectLockedOut(int port, Connect connect, String... headers) {
    try (Peer peer = Peer.open(port, headers)) {
      JsonNode error = peer.connect(connect).path("error");
      assertThat(error.path("code").asText()).isEqualTo("INVALID_REQUEST");
      assertThat(error.path("message").asText()).isEqualTo(WORDS);
      assertThat(error.path("retryable").asBoolean()).isTrue();
      assertThat(error.path("retryAfterMs").asLong()).isBetween(1L, 300_000L);
      JsonNode details = error.path("details");
      assertThat(details.path("code").asText()).isEqualTo("AUTH_RATE_LIMITED");
      assertThat(details.path("recommendedNextStep").asText()).isEqualTo("wait_then_retry");
      assertThat(details.path("retryAfterMs")).isEqualTo(error.path("retryAfterMs"));
      assertThat(peer.closed()).isEqualTo(new RawSocket.Arrival.Closed(1008, WORDS));
    }
  }
}
