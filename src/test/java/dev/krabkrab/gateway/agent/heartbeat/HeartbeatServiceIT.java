package dev.krabkrab.gateway.agent.heartbeat;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.heartbeat.HeartbeatOutcome.Status;
import dev.krabkrab.gateway.platform.PlatformInstance;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Heartbeats of two instances. Protocol 03 §21. */
@Timeout(60)
class HeartbeatServiceIT {
  private static final String MAIN = "agent:main:main";
  private static final HeartbeatOutcome FINE =
      new HeartbeatOutcome(Status.OK_TOKEN, null, "HEARTBEAT_OK", null, null);

  private final Vertx vertx = Vertx.vertx();
  private final RedisSettings redis = TestRedis.settings();
  private final SystemEventService events =
      new SystemEventService(get(RedisLink.create(vertx, redis).ready()));
  private final List<Instance> instances = new ArrayList<>();
  private final List<HeartbeatTurn> asked = new CopyOnWriteArrayList<>();
  private volatile Future<HeartbeatOutcome> answer = Future.succeededFuture(FINE);

  /** One instance's heartbeats, on a context of its own. */
  private final class Instance extends PlatformInstance {
    private final HeartbeatService service;

    Instance(String name, String every) {
      super(name, redis);
      instances.add(this);
      JsonNode document =
          Objects.requireNonNull(
              Json.tryParse(
                  "{\"agents\":{\"defaults\":{\"heartbeat\":{\"every\":\"" + every + "\"}}}}"));
      HeartbeatTurns turns =
          new HeartbeatTurns() {
            @Override
            public boolean available() {
              return true;
            }

            @Override
            public Future<HeartbeatOutcome> run(HeartbeatTurn turn) {
              asked.add(turn);
              return answer;
            }
          };
      service =
          new HeartbeatService(
              vertx(),
              link(),
              new HeartbeatSources(() -> HeartbeatSettings.of(document), events, turns),
              platform().broadcaster(),
              platform().ids(),
              platform().clock());
      context().runOnContext(now -> service.start());
    }

    String last() {
      return on(service::last).toString();
    }
  }

  @AfterEach
  void closeVertx() {
    instances.forEach(Instance::close);
    get(vertx.close());
  }

  @Test
  void wakeQueuesForTheMainConversationAndAsksForOneHeartbeat() {
    Instance a = new Instance("a", "1h");
    Instance b = new Instance("b", "1h");
    assertThat(a.on(() -> a.service.wake("   ", true))).isFalse();
    // A heartbeat waits a moment for more wakes; a busy machine may need some tries to wake in it.
    for (int i = 0; i < 10 && asked.size() != 1; i++) {
      asked.clear();
      assertThat(a.on(() -> a.service.wake("look", false))).isTrue();
      assertThat(b.on(() -> b.service.wake("here", true))).isTrue();
      assertThat(a.on(() -> a.service.wake("and there", true))).isTrue();
      await().until(() -> asked.stream().mapToInt(turn -> turn.events().size()).sum() == 3);
    }

    await().until(() -> !a.last().equals("null"));
    assertThat(asked).hasSize(1);
    assertThat(asked.getFirst().events()).containsExactly("look", "here", "and there");
    assertThat(asked.getFirst().reason()).isEqualTo("wake");
    assertThat(asked.getFirst().agent().sessionKey()).isEqualTo(MAIN);
    assertThat(get(events.peek(MAIN))).isEmpty();
    JsonNode last = Json.parseObject(b.last());
    assertThat(last.path("status").asText()).isEqualTo("ok-token");
    assertThat(last.path("preview").asText()).isEqualTo("HEARTBEAT_OK");
    assertThat(last.path("indicatorType").asText()).isEqualTo("ok");
    assertThat(last.path("durationMs").isNumber()).isTrue();
    assertThat(last.path("ts").asLong()).isPositive();
  }

  @Test
  void anIntervalIsOneHeartbeatForAllInstances() {
    Instance a = new Instance("a", "2s");
    new Instance("b", "2s");
    await().until(() -> asked.size() >= 2);
    assertThat(asked).allMatch(turn -> turn.reason().equals("interval"));
    a.on(() -> a.service.enable(false));
    int before = asked.size();
    assertThat(a.on(() -> a.service.runNow("main", "test")).reason()).isEqualTo("disabled");
    assertThat(asked).hasSizeLessThanOrEqualTo(before + 1);
  }

  @Test
  void whoeverIsBusyIsWaitedFor() {
    Promise<HeartbeatOutcome> first = Promise.promise();
    answer = first.future();
    Instance a = new Instance("a", "1h");
    Instance b = new Instance("b", "1h");
    Future<HeartbeatResult> running = start(a);
    await().until(() -> asked.size() == 1);
    Future<HeartbeatResult> waiting = start(b);
    answer = Future.succeededFuture(FINE);
    first.complete(new HeartbeatOutcome(Status.SKIPPED, "no-target", null, null, null));
    assertThat(get(running).status()).isEqualTo(HeartbeatResult.Status.SKIPPED);
    assertThat(get(running).reason()).isEqualTo("no-target");
    assertThat(get(waiting).status()).isEqualTo(HeartbeatResult.Status.RAN);
    assertThat(asked).hasSize(2);
  }

  private static Future<HeartbeatResult> start(Instance instance) {
    return instance.start(() -> instance.service.runNow("main", "test"));
  }

  @Test
  void whatAFailedTurnWasToldWaitsForTheNext() {
    answer = Future.failedFuture("no model");
    Instance a = new Instance("a", "1h");
    a.on(() -> a.service.wake("look", false));
    HeartbeatResult result = a.on(() -> a.service.runNow("main", "test"));
    assertThat(result.status()).isEqualTo(HeartbeatResult.Status.FAILED);
    assertThat(get(events.peek(MAIN))).containsExactly("look");
    JsonNode last = Json.parseObject(a.last());
    assertThat(last.path("status").asText()).isEqualTo("failed");
    assertThat(last.path("reason").asText()).isEqualTo("no model");
    assertThat(last.path("indicatorType").asText()).isEqualTo("error");
  }

  @Test
  void theSwitchIsShared() {
    Instance a = new Instance("a", "1h");
    Instance b = new Instance("b", "1h");
    assertThat(b.on(b.service::enabled)).isTrue();
    a.on(() -> a.service.enable(false));
    assertThat(b.on(b.service::enabled)).isFalse();
    b.on(() -> b.service.wake("look", true));
    assertThat(b.on(() -> b.service.runNow("main", "test")).reason()).isEqualTo("disabled");
    assertThat(asked).isEmpty();
    assertThat(get(events.peek(MAIN))).containsExactly("look");
    assertThat(b.last()).isEqualTo("null");
  }
}
