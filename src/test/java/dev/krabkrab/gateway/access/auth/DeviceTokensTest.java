package dev.krabkrab.gateway.access.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DeviceTokensTest {
  private static final SigningKeys.Key OLD =
      new SigningKeys.Key("k1", "old-secret-of-32-characters-or-more");
  private static final SigningKeys.Key NEW =
      new SigningKeys.Key("k2", "new-secret-of-32-characters-or-more");
  private static Vertx vertx;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() {
    vertx.close().await();
  }

  @Test
  void sameClaimsGiveTheSameTextEverywhere() {
    var first = new DeviceTokens(vertx, new SigningKeys("k1", List.of(OLD)));
    var second = new DeviceTokens(vertx, new SigningKeys("k1", List.of(OLD)));
    assertThat(first.issue(claims("k1"))).isEqualTo(second.issue(claims("k1")));
  }

  @Test
  void whatIsIssuedIsParsed() {
    var tokens = new DeviceTokens(vertx, new SigningKeys("k1", List.of(OLD)));
    assertThat(tokens.parse(tokens.issue(claims("k1")))).contains(claims("k1"));
    assertThat(DeviceTokens.kid(tokens.issue(claims("k1")))).contains("k1");
  }

  @Test
  void olderKeysStayValidAfterRotation() {
    var before = new DeviceTokens(vertx, new SigningKeys("k1", List.of(OLD)));
    var after = new DeviceTokens(vertx, new SigningKeys("k2", List.of(OLD, NEW)));
    assertThat(after.parse(before.issue(claims("k1")))).isPresent();
    assertThat(after.issue(claims("k1"))).isEqualTo(before.issue(claims("k1")));
    assertThat(before.parse(after.issue(claims("k2")))).isEmpty();
  }

  @Test
  void forgeriesAreNotTokens() {
    var tokens = new DeviceTokens(vertx, new SigningKeys("k1", List.of(OLD)));
    var forger =
        new DeviceTokens(
            vertx, new SigningKeys("k1", List.of(new SigningKeys.Key("k1", NEW.secret()))));
    String token = tokens.issue(claims("k1"));
    String unsigned =
        base64("{\"alg\":\"none\",\"kid\":\"k1\"}") + "." + token.split("\\.")[1] + ".";
    for (String text :
        List.of(
            "",
            "0123456789abcdef0123456789abcdef",
            "a.b.c",
            token + "x",
            token.substring(0, token.length() - 2),
            unsigned,
            base64("{\"alg\":\"HS256\"}") + ".e30.x",
            base64("[]") + ".e30.x",
            "x".repeat(10_000) + ".y.z",
            forger.issue(claims("k1")))) {
      assertThat(tokens.parse(text)).as(text).isEmpty();
    }
  }

  private static DeviceTokens.Claims claims(String kid) {
    return new DeviceTokens.Claims(
        kid, "device-1", "operator", List.of("operator.read"), "jti-1", 1_795_293_316_000L);
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
