package dev.krabkrab.gateway.redis;

import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A master and its replica under three sentinels. Blocking. */
public final class WatchedRedis implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String NAME = SentinelProcess.MASTER_NAME;

  private final RedisProcess first;
  private final RedisProcess second;
  private final List<SentinelProcess> sentinels;

  private WatchedRedis(RedisProcess first, RedisProcess second, List<SentinelProcess> sentinels) {
    this.first = first;
    this.second = second;
    this.sentinels = sentinels;
  }

  /** Running, in step, and every sentinel knows all the others. */
  public static WatchedRedis start() {
    RedisProcess first = RedisProcess.startEmpty();
    RedisProcess second = RedisProcess.startReplica(first);
    Vertx vertx = Vertx.vertx();
    try {
      RedisLink master = open(vertx, first.settings());
      Request replication = Request.cmd(Command.INFO).arg("replication");
      await()
          .atMost(PATIENCE)
          .until(() -> get(master.send(replication)).toString().contains("state=online"));
      List<SentinelProcess> sentinels =
          Stream.generate(() -> SentinelProcess.start(first)).limit(3).toList();
      sentinels.forEach(sentinel -> awaitKnowsAll(vertx, sentinel));
      return new WatchedRedis(first, second, sentinels);
    } finally {
      vertx.close().await();
    }
  }

  /** The master until it fails. */
  public RedisProcess first() {
    return first;
  }

  /** The replica until the master fails. */
  public RedisProcess second() {
    return second;
  }

  /** Kills the sentinel that is asked first. */
  void killFirstSentinel() {
    sentinels.getFirst().kill();
  }

  /** A sentinel, as a Redis of its own. */
  RedisSettings oneSentinel() {
    return settingsOf(sentinels.getFirst());
  }

  /** Settings that find the master by the sentinels, with a fresh namespace. */
  public RedisSettings settings() {
    String hosts =
        sentinels.stream().map(it -> "127.0.0.1:" + it.port()).collect(Collectors.joining(","));
    return RedisSettings.parse(
        "redis+sentinel://:%s@%s/%s".formatted(first.password(), hosts, NAME),
        "t" + RedisProcess.randomHex());
  }

  @Override
  public void close() {
    sentinels.forEach(SentinelProcess::close);
    second.close();
    first.close();
  }

  private static void awaitKnowsAll(Vertx vertx, SentinelProcess sentinel) {
    RedisLink link = open(vertx, settingsOf(sentinel));
    for (String others : List.of("SENTINELS", "REPLICAS")) {
      int count = others.equals("SENTINELS") ? 2 : 1;
      Request question = Request.cmd(Command.SENTINEL).arg(others).arg(NAME);
      await().atMost(PATIENCE).until(() -> get(link.send(question)).size() == count);
    }
  }

  private static RedisSettings settingsOf(SentinelProcess sentinel) {
    return RedisSettings.parse("redis://127.0.0.1:" + sentinel.port(), "t");
  }

  private static RedisLink open(Vertx vertx, RedisSettings to) {
    return get(RedisLink.create(vertx, to).ready());
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.await(10, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
