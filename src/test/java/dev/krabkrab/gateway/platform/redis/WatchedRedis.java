package dev.krabkrab.gateway.platform.redis;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A master and its replicas under three sentinels. Blocking. */
public final class WatchedRedis implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String NAME = SentinelProcess.MASTER_NAME;

  private final List<RedisProcess> servers;
  private final List<SentinelProcess> sentinels;
  private @Nullable RedisProcess replaced;
  private boolean restart;
  private boolean resume;
  private int failOvers;

  private WatchedRedis(List<RedisProcess> servers, List<SentinelProcess> sentinels) {
    this.servers = servers;
    this.sentinels = sentinels;
  }

  /** One replica. Running, in step, and every sentinel knows all the others. */
  public static WatchedRedis start() {
    return start(1);
  }

  /** The same with so many replicas. */
  public static WatchedRedis start(int replicas) {
    RedisProcess first = RedisProcess.startEmpty();
    List<RedisProcess> servers = new ArrayList<>(List.of(first));
    for (int i = 0; i < replicas; i++) {
      servers.add(RedisProcess.startReplica(first));
    }
    await().atMost(PATIENCE).until(() -> inStep(first, replicas));
    Vertx vertx = Vertx.vertx();
    try {
      List<SentinelProcess> sentinels =
          Stream.generate(() -> SentinelProcess.start(first)).limit(3).toList();
      sentinels.forEach(sentinel -> awaitKnowsAll(vertx, sentinel, replicas));
      return new WatchedRedis(servers, sentinels);
    } finally {
      vertx.close().await();
    }
  }

  /** The master until it fails. */
  public RedisProcess first() {
    return servers.getFirst();
  }

  /** The replica, or one of them, until the master fails. */
  public RedisProcess second() {
    return servers.get(1);
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
    return RedisSettings.parse(url(), "t" + RedisProcess.randomHex());
  }

  /** Where the sentinels are, with the password of the servers. */
  public String url() {
    String hosts =
        sentinels.stream().map(it -> "127.0.0.1:" + it.port()).collect(Collectors.joining(","));
    return "redis+sentinel://:%s@%s/%s".formatted(first().password(), hosts, NAME);
  }

  /** The master, as all sentinels see it; empty while they do not agree. */
  private Optional<RedisProcess> master() {
    String question = "SENTINEL get-master-addr-by-name " + NAME;
    List<String> answers =
        sentinels.stream().map(it -> RedisTalk.ask(it.port(), question)).distinct().toList();
    return answers.size() > 1
        ? Optional.empty()
        : servers.stream()
            .filter(server -> answers.getFirst().contains("\r\n" + server.port() + "\r\n"))
            .findFirst();
  }

  /** SIGKILL for the master. */
  public void killMaster() {
    replaced = awaitMaster();
    replaced.kill();
    restart = true;
  }

  /** SIGSTOP for the master. */
  public void pauseMaster() {
    replaced = awaitMaster();
    replaced.pause();
    resume = true;
  }

  /** Asks for a fail-over although nothing is wrong. */
  public void failOver() {
    replaced = awaitMaster();
    int sentinel = sentinels.getFirst().port();
    String order = "SENTINEL FAILOVER " + NAME;
    await().atMost(PATIENCE).until(() -> RedisTalk.ask(sentinel, order).startsWith("+OK"));
  }

  /**
   * Waits for the new master, brings the old one back, and waits until that follows it: a sentinel
   * tells a master that was replaced only after eight seconds.
   */
  public void settle() {
    RedisProcess old = Objects.requireNonNull(replaced, "no fail-over was begun");
    await()
        .atMost(PATIENCE)
        .until(() -> master().filter(now -> now.port() != old.port()).isPresent());
    RedisProcess now = awaitMaster();
    if (restart) {
      old.startAsReplicaOf(now);
    } else if (resume) {
      old.resume();
    }
    restart = false;
    resume = false;
    // On a busy machine sentinels may replace the new master as well meanwhile.
    await()
        .atMost(PATIENCE.multipliedBy(2))
        .until(() -> master().filter(it -> inStep(it, servers.size() - 1)).isPresent());
    failOvers++;
  }

  /** How many masters were replaced. */
  public int failOvers() {
    return failOvers;
  }

  /** Whether so many replicas get what the master writes. */
  private static boolean inStep(RedisProcess master, int replicas) {
    String question = "AUTH " + master.password() + "\r\nINFO replication";
    return RedisTalk.ask(master.port(), question).split("state=online").length > replicas;
  }

  private RedisProcess awaitMaster() {
    return await().atMost(PATIENCE).until(this::master, Optional::isPresent).orElseThrow();
  }

  @Override
  public void close() {
    sentinels.forEach(SentinelProcess::close);
    servers.forEach(RedisProcess::close);
  }

  private static void awaitKnowsAll(Vertx vertx, SentinelProcess sentinel, int replicas) {
    RedisLink link = open(vertx, settingsOf(sentinel));
    for (String others : List.of("SENTINELS", "REPLICAS")) {
      int count = others.equals("SENTINELS") ? 2 : replicas;
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
}
