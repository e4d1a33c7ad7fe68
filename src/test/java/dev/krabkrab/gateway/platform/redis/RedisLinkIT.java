package dev.krabkrab.gateway.platform.redis;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.platform.Async;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RedisLinkIT {

  private static final LuaScript APPEND = LuaScript.load("lua/platform/redis/append.lua");
  private static final LuaScript FAIL = LuaScript.load("lua/platform/redis/fail.lua");

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void closeVertx() {
    get(vertx.close());
  }

  @Test
  void answersInOrder() {
    RedisLink link = open(TestRedis.settings());
    List<Future<Response>> answers = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      answers.add(link.send(Request.cmd(Command.ECHO).arg("n" + i)));
    }

    for (int i = 0; i < 1_000; i++) {
      assertThat(get(answers.get(i))).hasToString("n" + i);
    }
  }

  @Test
  void commandsOfOneTurnLeaveTogether() {
    RedisLink link = open(TestRedis.settings());
    boolean installed =
        get(
            link.onContext(
                () ->
                    Future.succeededFuture(
                        FlushCoalescer.install(Objects.requireNonNull(link.connection())))));

    assertThat(installed).as("the client's socket was found").isTrue();
  }

  @Test
  void passesErrorRepliesOn() {
    RedisLink link = open(TestRedis.settings());

    assertThatThrownBy(() -> get(link.run(FAIL, List.of(), List.of())))
        .isInstanceOf(ErrorType.class)
        .hasMessageContaining("REFUSED");
    assertThat(link.connected()).isTrue();
  }

  @Test
  void runsEachScriptOnceAlthoughRedisForgetsItInTheMiddle() {
    RedisSettings settings = TestRedis.settings();
    RedisLink link = open(settings);
    String key = settings.key("list", "values");
    List<Future<Response>> answers = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      if (i % 100 == 50) {
        answers.add(link.send(Request.cmd(Command.SCRIPT).arg("FLUSH")));
      }
      answers.add(link.run(APPEND, List.of(key), List.of("v" + i)));
    }
    answers.forEach(Async::get);

    Response values = get(link.send(Request.cmd(Command.LRANGE).arg(key).arg(0).arg(-1)));
    assertThat(values.stream().map(Response::toString)).doesNotHaveDuplicates().hasSize(300);
  }

  @Test
  void runsAScriptTogetherWithWhatItIncludes() {
    RedisLink link = open(TestRedis.settings());
    LuaScript including = LuaScript.load("lua/platform/redis/including.lua");

    assertThat(get(link.run(including, List.of(), List.of("ab")))).hasToString("abab");
    assertThat(get(link.run(including, List.of(), List.of("c")))).hasToString("cc");
  }

  @Test
  void aCensusIsCompleteWhenTheLastLinkIsThere() {
    try (RedisProcess redis = RedisProcess.startEmpty()) {
      LinkHealth census = new LinkHealth(RedisMetrics.NONE);
      RedisSettings settings = RedisSettings.parse(redis.url(), "census").observedBy(census);
      RedisLink early = open(settings);
      assertThat(census.complete()).isTrue();

      redis.pause();
      RedisLink late = RedisLink.create(vertx, settings);
      await().until(() -> !census.complete());
      assertThat(early.connected()).isTrue();
      redis.resume();
      get(late.ready());
      await().until(census::complete);

      redis.stop();
      await().until(() -> !late.connected());
      assertThat(census.complete()).isFalse();
      get(late.close());
      get(early.close());
      assertThat(census.complete()).isTrue();
    }
  }

  @Test
  void keepsTheOrderOfAFirstRun() {
    RedisSettings settings = TestRedis.settings();
    RedisLink link = open(settings);
    String key = settings.key("list", "values");
    Future<Response> first = link.run(APPEND, List.of(key), List.of("first"));
    Future<Response> second = link.send(Request.cmd(Command.RPUSH).arg(key).arg("second"));

    assertThat(get(first).toInteger()).isEqualTo(1);
    assertThat(get(second).toInteger()).isEqualTo(2);
  }

  @Test
  void reconnectsWhenTheServerWasKilledAndStarted() {
    try (RedisProcess redis = RedisProcess.startDurable()) {
      RedisLink link = open(redis.settings());
      AtomicInteger connects = new AtomicInteger();
      AtomicInteger disconnects = new AtomicInteger();
      link.onConnected(connects::incrementAndGet);
      link.onDisconnected(disconnects::incrementAndGet);
      get(link.run(APPEND, List.of("list"), List.of("a")));

      redis.kill();
      await().until(() -> !link.connected());
      assertThatThrownBy(() -> get(ping(link))).isInstanceOf(RedisUnavailableException.class);
      redis.start();

      await().until(link::connected);
      assertThat(get(link.run(APPEND, List.of("other"), List.of("b"))).toInteger()).isEqualTo(1);
      await().untilAsserted(() -> assertThat(connects).hasValue(2));
      assertThat(disconnects).hasValue(1);
    }
  }

  @Test
  void failsWhatIsOutstandingAtOnceWhenTheServerDies() {
    try (RedisProcess redis = RedisProcess.startEmpty()) {
      RedisLink link = open(redis.settings().withCommandTimeout(Duration.ofSeconds(60)));
      redis.pause();
      Future<Response> waiting = ping(link);
      redis.kill();

      await().until(waiting::failed);
      assertThat(waiting.cause()).isInstanceOf(RedisUnavailableException.class);
    }
  }

  @Test
  void answersWithinTheTimeoutWhileTheServerHangs() {
    try (RedisProcess redis = RedisProcess.startEmpty()) {
      RedisLink link = open(redis.settings());
      redis.pause();
      long start = System.nanoTime();
      Future<Response> waiting = ping(link);
      await().until(waiting::isComplete);
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);

      assertThat(waiting.cause()).isInstanceOf(RedisUnavailableException.class);
      // The upper bound is far above the second it takes: the machine may be busy.
      assertThat(millis).isBetween(700L, 15_000L);
      await().until(() -> !link.connected());
      redis.resume();
      await().until(link::connected);
      get(ping(link));
    }
  }

  @Test
  void refusesMoreThanItCanHold() {
    try (RedisProcess redis = RedisProcess.startEmpty()) {
      RedisLink link = open(redis.settings());
      redis.pause();
      List<Future<Response>> waiting = new ArrayList<>();
      for (int i = 0; i < RedisSettings.MAX_WAITING; i++) {
        waiting.add(ping(link));
      }
      Future<Response> tooMuch = ping(link);

      await().until(tooMuch::failed);
      assertThat(tooMuch.cause()).isInstanceOf(RedisUnavailableException.class);
      // Not the words of a command that came too late: it was refused when it was sent.
      await().until(() -> waiting.getFirst().failed());
      assertThat(tooMuch.cause().getMessage())
          .isNotEqualTo(waiting.getFirst().cause().getMessage());
      redis.resume();
      await().until(() -> ping(link), RedisLinkIT::succeedsInTime);
    }
  }

  @Test
  void failsADurableWriteNobodyAcknowledged() {
    RedisSettings settings = TestRedis.settings().withMinReplicasAck(1);
    RedisLink link = open(settings);
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(
                        () ->
                            get(
                                link.runDurable(
                                    APPEND, List.of(settings.key("a", "b")), List.of("x"))))
                    .hasMessageContaining("acknowledged"));
    assertThat(get(link.run(APPEND, List.of(settings.key("a", "c")), List.of("x"))).toInteger())
        .isEqualTo(1);
  }

  @Test
  void acknowledgesADurableWriteWhenAReplicaHasIt() {
    try (RedisProcess master = RedisProcess.startEmpty()) {
      get(
          open(master.settings())
              .send(
                  Request.cmd(Command.CONFIG).arg("SET").arg("repl-diskless-sync-delay").arg("0")));
      try (RedisProcess replica = RedisProcess.startReplica(master)) {
        RedisLink link = open(master.settings().withMinReplicasAck(1));
        await()
            .until(
                () -> link.runDurable(APPEND, List.of("list"), List.of("x")),
                RedisLinkIT::succeedsInTime);
        RedisLink other = open(replica.settings());
        assertThat(get(other.send(Request.cmd(Command.LLEN).arg("list"))).toInteger()).isPositive();
        assertThatThrownBy(() -> get(other.run(APPEND, List.of("list"), List.of("y"))))
            .hasRootCauseInstanceOf(ErrorType.class)
            .hasMessageContaining("unavailable");
      }
    }
  }

  @Test
  void worksOnACluster() {
    try (RedisProcess node = RedisProcess.startClusterNode()) {
      get(
          open(node.settings())
              .send(Request.cmd(Command.CLUSTER).arg("ADDSLOTSRANGE").arg(0).arg(16_383)));
      RedisSettings settings = node.clusterSettings();
      RedisLink link = open(settings);
      String key = settings.key("list", "values");
      await()
          .until(() -> link.run(APPEND, List.of(key), List.of("a")), RedisLinkIT::succeedsInTime);
      get(link.send(Request.cmd(Command.SCRIPT).arg("FLUSH")));
      assertThat(get(link.run(APPEND, List.of(key), List.of("b"))).toInteger()).isPositive();

      RedisLink durable =
          open(settings.withMinReplicasAck(1).withCommandTimeout(Duration.ofSeconds(1)));
      await()
          .untilAsserted(
              () ->
                  assertThatThrownBy(
                          () -> get(durable.runDurable(APPEND, List.of(key), List.of("c"))))
                      .hasMessageContaining("acknowledged"));

      node.kill();
      await().until(() -> !link.connected());
      node.start();
      await().until(() -> ping(link), RedisLinkIT::succeedsInTime);
    }
  }

  @Test
  void isUsableFromItsContext() {
    RedisLink link = open(TestRedis.settings());
    Future<String> answer =
        Future.future(
            promise ->
                link.context()
                    .runOnContext(
                        run ->
                            link.send(Request.cmd(Command.ECHO).arg("here"))
                                .map(Response::toString)
                                .onComplete(promise)));

    assertThat(get(answer)).isEqualTo("here");
  }

  private RedisLink open(RedisSettings settings) {
    return get(RedisLink.create(vertx, settings).ready());
  }

  private static Future<Response> ping(RedisLink link) {
    return link.send(Request.cmd(Command.PING));
  }

  private static boolean succeedsInTime(Future<?> future) {
    await().until(future::isComplete);
    return future.succeeded();
  }
}
