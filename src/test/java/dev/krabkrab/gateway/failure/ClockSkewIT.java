package dev.krabkrab.gateway.failure;

import static dev.krabkrab.gateway.failure.Calls.RECOVERY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.app.TestGateway;
import dev.krabkrab.gateway.e2e.GatewayProcesses;
import dev.krabkrab.gateway.e2e.NodeDouble;
import dev.krabkrab.gateway.e2e.Profile;
import dev.krabkrab.gateway.e2e.TestDevice;
import dev.krabkrab.gateway.e2e.WireClient;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One instance's clock is a minute fast, the other's a minute slow; Redis is right. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ClockSkewIT {
  private static final String CONFIG =
      "{gateway:{auth:{token:'%s'},localAutoApproval:true}}".formatted(GatewayProcesses.TOKEN);
  private static final Duration SKEW = Duration.ofMinutes(1);
  private static final Duration SHORT_LIVED = Duration.ofSeconds(3);

  private final RedisSettings redis = TestRedis.settings();
  private final TestDevice requester = TestDevice.fresh();
  private final TestDevice nodeDevice = TestDevice.fresh();

  @Test
  void instancesAMinuteApartServeAsOne() throws Exception {
    try (TestGateway fast = start(SKEW);
        TestGateway slow = start(SKEW.negated());
        WireClient asker = connect(fast, requester, Profile.admin());
        WireClient moved = connect(slow, requester, Profile.admin());
        WireClient approver = connect(slow, TestDevice.fresh(), Profile.approver(3));
        WireClient node = connect(fast, nodeDevice, Profile.node())) {
      decidedOnTheOtherInstance(asker, approver);
      endsByRedisTime(asker, approver);
      invokedFromTheOtherInstance(moved, node);
    }
  }

  private static void decidedOnTheOtherInstance(WireClient asker, WireClient approver) {
    CompletableFuture<JsonNode> asked = Calls.ask(asker, "decided", Duration.ofSeconds(20));
    JsonNode shown = approver.event(Calls.REQUESTED, payload -> Calls.about(payload, "decided"));
    assertThat(shown.path("createdAtMs").asLong())
        .isCloseTo(System.currentTimeMillis(), within(30_000L));
    Calls.succeeds(Calls.REFUSAL, Calls.resolve(approver, "decided", "allow-once"));
    assertThat(Calls.decision(Calls.in(Calls.REFUSAL, asked))).isEqualTo("allow-once");
  }

  private static void endsByRedisTime(WireClient asker, WireClient approver) {
    long askedAt = System.nanoTime();
    CompletableFuture<JsonNode> asked = Calls.ask(asker, "ends", SHORT_LIVED);
    JsonNode answer = Calls.in(SHORT_LIVED.plus(Calls.REFUSAL), asked);
    long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - askedAt);
    assertThat(Calls.decision(answer)).isEqualTo("none");
    assertThat(ms).isGreaterThanOrEqualTo(SHORT_LIVED.toMillis());
    JsonNode late = Calls.in(Calls.REFUSAL, Calls.resolve(approver, "ends", "allow-once"));
    assertThat(late.at("/error/message").asText()).isEqualTo("unknown approval id");
    assertThat(Calls.events(approver, Calls.RESOLVED, "ends")).isEmpty();
  }

  private void invokedFromTheOtherInstance(WireClient caller, WireClient node) {
    await().atMost(RECOVERY).until(() -> Calls.listsAsConnected(caller, nodeDevice.id()));
    CompletableFuture<JsonNode> call =
        Calls.invoke(caller, nodeDevice.id(), "across", Duration.ofSeconds(20));
    JsonNode request = node.event("node.invoke.request", any -> true);
    node.call("node.invoke.result", NodeDouble.result(request, nodeDevice.id(), "{}"));
    Calls.succeeds(Calls.REFUSAL, call);
  }

  private TestGateway start(Duration skew) {
    InstantSource clock = () -> InstantSource.system().instant().plus(skew);
    return TestGateway.start(redis, CONFIG, Map.of(), clock);
  }

  private static WireClient connect(TestGateway gateway, TestDevice device, Profile profile)
      throws Exception {
    return WireClient.connect(gateway.port(), device, profile);
  }
}
