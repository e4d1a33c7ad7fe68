package dev.krabkrab.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.app.TestGateway;
import dev.krabkrab.gateway.e2e.NodeDouble;
import dev.krabkrab.gateway.e2e.Profile;
import dev.krabkrab.gateway.e2e.TestDevice;
import dev.krabkrab.gateway.e2e.WireClient;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Connections that are sent to other instances for their age, by a clock that is moved. */
class ConnectionAgingIT {
  private static final String CONFIG = "{gateway:{auth:{token:'token-of-the-tests'}}}";
  private static final Map<String, String> AN_HOUR =
      Map.of("KRABKRAB_CONNECTION_AGE_MINUTES", "60");
  private static final Duration SOON = Duration.ofSeconds(30);

  private final AtomicLong aheadMs = new AtomicLong();
  private final InstantSource clock =
      () -> InstantSource.system().instant().plusMillis(aheadMs.get());

  @Test
  void anOldConnectionIsAnsweredAndSentAwayAndANewOneStays() throws Exception {
    TestDevice nodeDevice = TestDevice.fresh();
    try (RedisProcess server = RedisProcess.startEmpty()) {
      RedisSettings redis = server.settings();
      try (TestGateway aging = TestGateway.start(redis, CONFIG, AN_HOUR, clock);
          TestGateway other = TestGateway.start(redis, CONFIG, Map.of(), clock);
          WireClient busy = connect(aging, Profile.admin());
          WireClient elsewhere = connect(other, Profile.admin());
          WireClient node = WireClient.connect(aging.port(), nodeDevice, Profile.node())) {
        await().atMost(SOON).until(() -> Calls.listsAsConnected(elsewhere, nodeDevice.id()));
        CompletableFuture<JsonNode> call =
            Calls.invoke(elsewhere, nodeDevice.id(), "aged", Duration.ofSeconds(20));
        JsonNode request = node.event("node.invoke.request", any -> true);
        CompletableFuture<JsonNode> waits = Calls.ask(busy, "waits", Duration.ofMinutes(5));
        busy.event(Calls.REQUESTED, payload -> Calls.about(payload, "waits"));
        advance(Duration.ofMinutes(70));
        WireClient young = connect(aging, Profile.admin());

        // The node still owes a result, and the asker waits for one: they are not cut off.
        assertThat(node.event("shutdown", any -> true).path("reason").asText())
            .isEqualTo("connection age");
        assertThat(waits).isNotDone();
        node.call("node.invoke.result", NodeDouble.result(request, nodeDevice.id(), "{}"));
        Calls.succeeds(SOON, call);
        assertThat(node.ended().get(30, TimeUnit.SECONDS).code()).isEqualTo(1012);
        assertThat(busy.ended()).isNotDone();
        Calls.succeeds(SOON, Calls.resolve(elsewhere, "waits", "deny"));
        assertThat(Calls.decision(Calls.in(SOON, waits))).isEqualTo("deny");
        assertThat(busy.ended().get(30, TimeUnit.SECONDS).code()).isEqualTo(1012);
        assertThat(elsewhere.ended()).isNotDone();
        assertThat(Calls.ok(young.call("health", Json.object()))).isTrue();
        young.close();
      }
    }
  }

  @Test
  void theOnlyInstanceKeepsItsClients() throws Exception {
    try (RedisProcess server = RedisProcess.startEmpty();
        TestGateway alone = TestGateway.start(server.settings(), CONFIG, AN_HOUR, clock);
        WireClient client = connect(alone, Profile.admin())) {
      advance(Duration.ofMinutes(200));
      // Two looks and more: ticks come each half a minute, calls go through at once.
      long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
      while (System.nanoTime() < endNanos) {
        assertThat(Calls.ok(client.call("health", Json.object()))).isTrue();
      }
      assertThat(client.events("shutdown")).isEmpty();
    }
  }

  private void advance(Duration by) {
    aheadMs.addAndGet(by.toMillis());
  }

  private static WireClient connect(TestGateway gateway, Profile profile) throws Exception {
    return WireClient.connect(gateway.port(), TestDevice.fresh(), profile);
  }
}
