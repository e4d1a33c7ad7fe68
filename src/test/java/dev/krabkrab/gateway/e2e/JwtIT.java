package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that an identity provider signed in, on two instances. */
@Timeout(90)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JwtIT {
  private static final String AUDIENCE = "krabkrab";
  private static final String NOT_TRUSTED = "unauthorized: gateway token not trusted";

  private final IdentityProvider provider = IdentityProvider.start();
  private final IdentityProvider.Key rsa = provider.publish("rsa-1", "RS256");
  private final IdentityProvider.Key ec = provider.publish("ec-1", "ES256");
  private final ModelServer models = new ModelServer();
  @RegisterExtension final Cluster cluster = Cluster.of(2, config(""));

  @AfterAll
  void stop() {
    provider.close();
    models.close();
  }

  private String config(String more) {
    return "{gateway:{auth:{mode:'jwt',jwt:{issuers:["
        + issuer(more)
        + "]}}},"
        + models.document("words-100000-20")
        + "}";
  }

  private String issuer(String more) {
    return "{name:'corp',issuer:'%s',audience:'%s'".formatted(provider.issuer(), AUDIENCE)
        + ",scopesClaim:'groups',scopesByValue:{admins:['operator.admin'],readers:['operator.read']}"
        + ",allowUsers:['alice','bob','ops-*']"
        + more
        + "}";
  }

  private String token(String user, String group) {
    return token(user, group, claims -> claims);
  }

  private String token(String user, String group, UnaryOperator<ObjectNode> change) {
    ObjectNode claims = provider.claims(user, AUDIENCE);
    claims.putArray("groups").add(group);
    return IdentityProvider.sign(rsa, change.apply(claims));
  }

  private static Connect connect(int version, String token) {
    return Connect.operator(version).device(DeviceKeys.fresh()).token(token);
  }

  private Peer admin(int instance) {
    return Peer.connected(cluster.port(instance), connect(3, token("alice", "admins")));
  }

  private JsonNode refusal(int instance, Connect connect) {
    try (Peer peer = Peer.open(cluster.port(instance))) {
      JsonNode answer = peer.connect(connect);
      assertThat(answer.path("ok").asBoolean()).as("%s", answer).isFalse();
      return answer.path("error");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void aUserHoldsWhatHisClaimsAreWorth(int version) {
    Connect connect =
        connect(version, token("bob", "readers")).scopes("operator.admin", "operator.read");
    for (int instance = 0; instance < 2; instance++) {
      try (Peer peer = Peer.open(cluster.port(instance))) {
        JsonNode hello = peer.hello(connect);
        assertThat(hello.at("/auth/deviceToken").isMissingNode()).isTrue();
        if (version == 4) {
          assertThat(hello.at("/auth/method").asText()).isEqualTo("jwt");
          assertThat(HandshakeIT.texts(hello.at("/auth/scopes"))).containsExactly("operator.read");
        }
        assertThat(peer.call("health", "{}").path("ok").asBoolean()).isTrue();
        assertThat(peer.call("config.get", "{}").at("/error/message").asText())
            .isEqualTo("missing scope: operator.admin");
      }
    }
  }

  @Test
  void keysOfBothKindsCount() {
    ObjectNode claims = provider.claims("alice", AUDIENCE);
    claims.putArray("groups").add("admins");
    Peer.connected(cluster.port(0), connect(4, IdentityProvider.sign(ec, claims))).close();
  }

  @Test
  void overHttpAUserMayDoAsMuchFromAnywhere() {
    String reader = "Authorization: Bearer " + token("bob", "readers");
    for (int instance = 0; instance < 2; instance++) {
      int port = cluster.port(instance);
      assertThat(HttpCall.tool("127.0.0.1", port, "sessions_list", reader, Cluster.REMOTE))
          .isEqualTo(200);
      assertThat(HttpCall.tool("127.0.0.1", port, "cron_remove", reader)).isEqualTo(403);
      assertThat(
              HttpCall.tool(
                  "127.0.0.1",
                  port,
                  "nodes_list",
                  "Authorization: Bearer " + bad("expired").token()))
          .isEqualTo(401);
    }
  }

  @Test
  void whoBelongsToNothingHoldsNothing() {
    try (Peer peer = Peer.open(cluster.port(0))) {
      JsonNode hello = peer.hello(connect(4, token("bob", "others")));
      assertThat(HandshakeIT.texts(hello.at("/auth/scopes"))).isEmpty();
    }
  }

  @Test
  void theTrailAndPresenceNameTheUser() {
    DeviceKeys keys = DeviceKeys.fresh();
    Connect bob = Connect.operator(3).device(keys).token(token("bob", "readers"));
    try (Peer peer = Peer.connected(cluster.port(0), bob);
        Peer admin = admin(1)) {
      assertThat(peer.call("config.get", "{}").path("ok").asBoolean()).isFalse();

      await()
          .untilAsserted(
              () -> {
                JsonNode row =
                    HandshakeIT.row(admin.ok("system-presence", "{}"), "deviceId", keys.id());
                assertThat(HandshakeIT.texts(row.path("tags"))).containsExactly("corp:bob");
              });
      for (String action : new String[] {"device.paired", "access.refused"}) {
        String query = "{\"device\":\"" + keys.id() + "\",\"action\":\"" + action + "\"}";
        await()
            .untilAsserted(
                () ->
                    assertThat(admin.ok("audit.list", query).at("/entries/0/actor/user").asText())
                        .as(action)
                        .isEqualTo("corp:bob"));
      }
    }
  }

  @Test
  void aStrangersDeviceHasToBePairedWhoeverHeIs() {
    try (Peer peer = Peer.open(cluster.port(0), Cluster.REMOTE)) {
      JsonNode error = peer.connect(connect(4, token("alice", "admins"))).path("error");
      assertThat(error.at("/details/code").asText()).isEqualTo("PAIRING_REQUIRED");
    }
  }

  @Test
  void aDeviceTokenCountsBesideIt() {
    DeviceKeys keys = DeviceKeys.fresh();
    try (Peer admin = admin(0)) {
      JsonNode made = admin.ok("device.bootstrap.create", "{\"role\":\"node\"}");
      JsonNode hello;
      try (Peer node = Peer.open(cluster.port(1), Cluster.REMOTE)) {
        Connect first = Connect.node(4).device(keys);
        hello = node.hello(first.token(made.path("token").asText()));
      }
      String own = hello.at("/auth/deviceToken").asText();
      for (int instance = 0; instance < 2; instance++) {
        try (Peer node = Peer.open(cluster.port(instance), Cluster.REMOTE)) {
          node.hello(Connect.node(4).device(keys).token(own));
        }
      }
    }
  }

  private record Bad(String token, String message, String code) {}

  private Bad bad(String kind) {
    ObjectNode claims = provider.claims("alice", AUDIENCE);
    claims.putArray("groups").add("admins");
    String right = IdentityProvider.sign(rsa, claims);
    String payload = right.split("\\.")[1];
    String none = IdentityProvider.encode(Json.object().put("alg", "none"));
    long now = System.currentTimeMillis() / 1000;
    Function<String, Bad> untrusted =
        token -> new Bad(token, NOT_TRUSTED, "AUTH_TOKEN_NOT_TRUSTED");
    return switch (kind) {
      case "no signature" -> untrusted.apply(none + "." + payload + ".");
      case "two parts" -> untrusted.apply(none + "." + payload);
      case "none with a signature" -> untrusted.apply(none + "." + payload + ".AAAA");
      case "changed claims" ->
          untrusted.apply(
              right.replace(payload, IdentityProvider.encode(claims.deepCopy().put("sub", "bob"))));
      case "foreign key of that name" ->
          untrusted.apply(IdentityProvider.sign(IdentityProvider.key("rsa-1", "RS256"), claims));
      case "unknown key" ->
          untrusted.apply(IdentityProvider.sign(IdentityProvider.key("rsa-9", "RS256"), claims));
      case "symmetric with the public key" -> untrusted.apply(symmetric(claims));
      case "another audience" ->
          untrusted.apply(IdentityProvider.sign(rsa, claims.deepCopy().put("aud", "else")));
      case "another issuer" ->
          untrusted.apply(
              IdentityProvider.sign(rsa, claims.deepCopy().put("iss", "https://evil.example")));
      case "not yet" ->
          untrusted.apply(IdentityProvider.sign(rsa, claims.deepCopy().put("nbf", now + 600)));
      case "no end" -> {
        ObjectNode endless = claims.deepCopy();
        endless.remove("exp");
        yield untrusted.apply(IdentityProvider.sign(rsa, endless));
      }
      case "expired" ->
          new Bad(
              IdentityProvider.sign(rsa, claims.deepCopy().put("exp", now - 60)),
              "unauthorized: gateway token expired",
              "AUTH_TOKEN_EXPIRED");
      case "user not allowed" ->
          new Bad(
              IdentityProvider.sign(rsa, claims.deepCopy().put("sub", "mallory")),
              "unauthorized: this user is not allowed",
              "AUTH_VERIFIED_USER_REQUIRED");
      case "user with hidden letters" ->
          new Bad(
              IdentityProvider.sign(rsa, claims.deepCopy().put("sub", "ops-\u202Etest\u2066")),
              "unauthorized: this user is not allowed",
              "AUTH_VERIFIED_USER_REQUIRED");
      default -> new Bad("", "unauthorized: gateway token missing", "AUTH_TOKEN_MISSING");
    };
  }

  /** Whoever checked by the header alone would take the public key for a shared secret. */
  private String symmetric(ObjectNode claims) {
    ObjectNode header = Json.object().put("alg", "HS256").put("kid", rsa.kid());
    String text = IdentityProvider.encode(header) + "." + IdentityProvider.encode(claims);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(rsa.pair().getPublic().getEncoded(), "HmacSHA256"));
      byte[] tag = mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(tag);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no signature",
        "two parts",
        "none with a signature",
        "changed claims",
        "foreign key of that name",
        "unknown key",
        "symmetric with the public key",
        "another audience",
        "another issuer",
        "not yet",
        "no end",
        "expired",
        "user not allowed",
        "user with hidden letters",
        "missing"
      })
  void whatIsNotRightIsRefusedOnEveryInstance(String kind) {
    Bad bad = bad(kind);
    for (int instance = 0; instance < 2; instance++) {
      JsonNode error = refusal(instance, connect(4, bad.token()));
      assertThat(error.path("message").asText()).startsWith(bad.message());
      assertThat(error.at("/details/code").asText()).isEqualTo(bad.code());
      assertThat(refusal(instance, connect(3, bad.token())).path("code").asText())
          .isEqualTo("INVALID_REQUEST");
    }
  }

  /** A client that repeats an expired token is not guessing. */
  @Test
  void wrongTokensLockNobodyOut() {
    String expired = bad("expired").token();
    try (Peer admin = admin(0)) {
      admin.ok("health", "{}");
      for (int i = 0; i < 15; i++) {
        Peer peer = Peer.open(cluster.port(i % 2), Cluster.REMOTE);
        assertThat(peer.connect(connect(4, expired)).at("/error/details/code").asText())
            .isEqualTo("AUTH_TOKEN_EXPIRED");
        peer.close();
      }
    }
  }

  @Test
  void aConnectionEndsWithItsToken() {
    long now = System.currentTimeMillis() / 1000;
    // It ends when no clock that may be late still takes it for good.
    String token = token("bob", "readers", claims -> claims.put("exp", now - 15));
    try (Peer peer = Peer.connected(cluster.port(0), connect(3, token))) {
      assertThat(peer.closed())
          .isEqualTo(new RawSocket.Arrival.Closed(4001, "gateway token expired"));
    }
  }

  @Test
  void whatHeAskedForEndsWithItToo() {
    long now = System.currentTimeMillis() / 1000;
    String token = token("alice", "admins", claims -> claims.put("exp", now - 15));
    try (Peer watching = admin(1);
        Peer peer = Peer.connected(cluster.port(0), connect(3, token))) {
      peer.ok(
          "chat.send",
          "{\"sessionKey\":\"agent:main:exp\",\"message\":\"x\",\"idempotencyKey\":\"exp\"}");
      JsonNode end =
          watching.event("chat", event -> event.path("state").asText().equals("aborted"));
      assertThat(end.path("stopReason").asText()).isEqualTo("revoked");
    }
  }

  @Test
  void whatANodeDoesForHimIsToBeStoppedThen() {
    long now = System.currentTimeMillis() / 1000;
    String token = token("alice", "admins", claims -> claims.put("exp", now - 10));
    DeviceKeys keys = DeviceKeys.fresh();
    try (Peer admin = admin(0);
        Peer node = Peer.open(cluster.port(1))) {
      JsonNode made = admin.ok("device.bootstrap.create", "{\"role\":\"node\",\"scopes\":[]}");
      Connect first = Connect.node(4).device(keys).about("platform", "linux");
      node.hello(first.token(made.path("token").asText()).with("commands", "system.which"));
      try (Peer peer = Peer.connected(cluster.port(0), connect(4, token))) {
        ObjectNode invoke = Json.object().put("nodeId", keys.id()).put("command", "system.which");
        invoke.put("idempotencyKey", "exp").put("timeoutMs", 60_000).putObject("params");
        peer.send("node.invoke", invoke);
        String asked = node.event("node.invoke.request").path("id").asText();
        JsonNode stop = node.event("node.invoke.cancel");
        assertThat(stop.path("invokeId").asText()).isEqualTo(asked);
      }
    }
  }

  @Test
  void whoIsNoLongerAllowedIsOutOnAllInstances() {
    Connect ops = connect(3, token("ops-1", "readers"));
    Connect bob = connect(3, token("bob", "readers"));
    try (Peer first = Peer.connected(cluster.port(0), ops);
        Peer second = Peer.connected(cluster.port(1), ops);
        Peer stays = Peer.connected(cluster.port(1), bob);
        Peer admin = admin(0)) {
      patch(admin, issuer("").replace(",'ops-*'", ""));
      assertThat(first.closed().reason()).isEqualTo("gateway token revoked");
      assertThat(second.closed().reason()).isEqualTo("gateway token revoked");
      assertThat(refusal(1, ops).path("message").asText())
          .startsWith("unauthorized: this user is not allowed");
      assertThat(stays.call("health", "{}").path("ok").asBoolean()).isTrue();
      patch(admin, issuer(""));
      await().untilAsserted(() -> Peer.connected(cluster.port(1), ops).close());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name:'a b',issuer:'https://x',audience:'k'} | 0.name",
        "{name:'token',issuer:'https://x',audience:'k'} | 0.name",
        "{name:'a',audience:'k'} | 0.issuer",
        "{name:'a',issuer:'http://x.example',audience:'k'} | 0.issuer",
        "{name:'a',issuer:'https://x',jwksUri:'http://x.example/k',audience:'k'} | 0.jwksUri",
        "{name:'a',issuer:'https://x'} | 0.audience",
        "{name:'a',issuer:'https://x',audience:'k',algorithms:['HS256']} | 0.algorithms",
        "{name:'a',issuer:'https://x',audience:'k',scopesByValue:{a:[]}} | 0.scopesClaim",
        "{name:'a',issuer:'https://x',audience:'k',secret:'x'} | 0",
        "{name:'a',issuer:'https://x',audience:'k',tokenFile:'/etc/passwd'} | 0.tokenFile",
        "{name:'a',issuer:'https://x',audience:'k',tokenFile:'../token'} | 0.tokenFile",
        "{name:'a',issuer:'https://x',audience:'k',caFile:'..'} | 0.caFile",
      })
  void whatCannotWorkIsRefusedByItsField(String issuer, String path) {
    try (Peer admin = admin(0)) {
      JsonNode error = change(admin, "{jwt:{issuers:[" + issuer + "]}}").path("error");
      assertThat(error.path("message").asText()).isEqualTo("invalid config");
      assertThat(error.at("/details/issues/0/path").asText())
          .isEqualTo("gateway.auth.jwt.issuers." + path);
    }
  }

  private void patch(Peer admin, String issuer) {
    JsonNode answer = change(admin, "{jwt:{issuers:[" + issuer + "]}}");
    assertThat(answer.path("ok").asBoolean()).as("%s", answer).isTrue();
  }

  private static JsonNode change(Peer admin, String auth) {
    ObjectNode params =
        Json.object()
            .put("raw", "{gateway:{auth:" + auth + "}}")
            .put("baseHash", admin.ok("config.get", "{}").path("hash").asText());
    return admin.call("config.patch", Json.text(params));
  }

  /** Keys change while instances run; each learns of it by the first token that names a new one. */
  @Test
  void keysAreRotatedUnderRunningInstances() {
    try (IdentityProvider own = IdentityProvider.start()) {
      IdentityProvider.Key old = own.publish("k1", "ES256");
      try (Cluster two = cluster(own, "")) {
        Peer.connected(two.port(0), connect(3, signed(own, old))).close();
        Peer.connected(two.port(1), connect(3, signed(own, old))).close();
        int before = own.reads();
        for (int i = 0; i < 20; i++) {
          Peer.connected(two.port(i % 2), connect(3, signed(own, old))).close();
        }
        assertThat(own.reads()).as("keys are kept").isEqualTo(before);

        IdentityProvider.Key fresh = own.publish("k2", "ES256");
        own.withdraw("k1");
        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(
                () -> {
                  Peer.connected(two.port(0), connect(3, signed(own, fresh))).close();
                  Peer.connected(two.port(1), connect(3, signed(own, fresh))).close();
                });
        try (Peer peer = Peer.open(two.port(1))) {
          assertThat(peer.connect(connect(3, signed(own, old))).path("ok").asBoolean()).isFalse();
        }
      }
    }
  }

  /** Nobody comes in whom nobody can judge, and nobody who was judged goes. */
  @Test
  void withoutKeysClientsAreAskedToComeBack() {
    try (IdentityProvider own = IdentityProvider.start()) {
      IdentityProvider.Key key = own.publish("k1", "ES256");
      own.answerWith(503);
      try (Cluster two = cluster(own, "")) {
        try (Peer peer = Peer.open(two.port(0))) {
          JsonNode error = peer.connect(connect(4, signed(own, key))).path("error");
          assertThat(error.path("code").asText()).isEqualTo("UNAVAILABLE");
          assertThat(error.path("retryable").asBoolean()).isTrue();
          assertThat(error.path("message").asText())
              .isEqualTo("the keys of issuer own cannot be read now; retry in a moment");
        }
        own.answerWith(200);
        await()
            .atMost(Duration.ofSeconds(20))
            .untilAsserted(() -> Peer.connected(two.port(0), connect(3, signed(own, key))).close());
        own.answerWith(503);
        Peer.connected(two.port(0), connect(3, signed(own, key))).close();
      }
    }
  }

  /** Keys by discovery are those of the very issuer that was set. */
  @Test
  void aDiscoveryDocumentOfAnotherIssuerIsNotFollowed() {
    try (IdentityProvider own = IdentityProvider.start()) {
      IdentityProvider.Key key = own.publish("k1", "ES256");
      String issuer = own.issuer() + "/";
      String config =
          "{gateway:{auth:{mode:'jwt',jwt:{issuers:[{name:'own',issuer:'%s',audience:'%s'}]}}}}"
              .formatted(issuer, AUDIENCE);
      try (Cluster one = Cluster.of(1, config);
          Peer peer = Peer.open(one.port(0))) {
        String token = IdentityProvider.sign(key, own.claims("alice", AUDIENCE).put("iss", issuer));
        assertThat(peer.connect(connect(4, token)).at("/error/code").asText())
            .isEqualTo("UNAVAILABLE");
      }
    }
  }

  private static Cluster cluster(IdentityProvider provider, String more) {
    return Cluster.of(
        2,
        "{gateway:{auth:{mode:'jwt',jwt:{issuers:[{name:'own',issuer:'%s',audience:'%s'%s}]}}}}"
            .formatted(provider.issuer(), AUDIENCE, more),
        Map.of());
  }

  private static String signed(IdentityProvider provider, IdentityProvider.Key key) {
    return IdentityProvider.sign(key, provider.claims("alice", AUDIENCE));
  }
}
