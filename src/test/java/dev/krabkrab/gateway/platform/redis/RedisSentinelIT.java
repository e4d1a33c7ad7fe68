package dev.krabkrab.gateway.platform.redis;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One master, one replica, three sentinels: the links find the master and go where it goes. */
@Timeout(120)
class RedisSentinelIT {
  private static final LuaScript APPEND = LuaScript.load("lua/platform/redis/append.lua");
  private static final Duration LONGEST_OUTAGE = Duration.ofSeconds(40);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long WRITE_EVERY_MS = 20;
  private static final Pattern PORT = Pattern.compile("tcp_port:(\\d+)");
  private static final String MASTER = SentinelProcess.MASTER_NAME;

  private final Vertx vertx = Vertx.vertx();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final AtomicInteger resubscribed = new AtomicInteger();
  private WatchedRedis redis;
  private RedisSettings settings;
  private RedisLink link;

  @BeforeEach
  void startAll() {
    redis = WatchedRedis.start();
  }

  @AfterEach
  void endAll() {
    get(vertx.close());
    redis.close();
  }

  @Test
  void findsTheMasterAlthoughTheFirstSentinelIsGone() {
    redis.killFirstSentinel();
    openLinks();

    assertThat(port(link)).isEqualTo(redis.first().port());
    RedisLink replica = open(redis.second().settings());
    Request length = Request.cmd(Command.LLEN).arg(settings.key("a", "list"));
    assertThat(get(replica.send(length)).toInteger()).isEqualTo(1);
  }

  @Test
  void goesOnAfterAFailOverThatWasAskedFor() {
    openLinks();
    goOnAfter(this::failOver);
    acknowledgedAgain();
  }

  @Test
  void goesOnAfterTheMastersDeath() {
    openLinks();
    goOnAfter(redis.first()::kill);
    redis.first().start();
    acknowledgedAgain();
  }

  private void openLinks() {
    settings = redis.settings();
    link = open(settings.withMinReplicasAck(1));
    RedisSubscriber subscriber = RedisSubscriber.create(vertx, settings);
    subscriber.handler((channel, message) -> heard.add(message));
    subscriber.onResubscribed(resubscribed::incrementAndGet);
    get(subscriber.subscribe(channel()));
    assertThat(get(append("before")).toInteger()).isEqualTo(1);
    assertThat(get(publish("before")).toInteger()).isEqualTo(1);
  }

  /** Until the other server is written to, and whoever listens listens there. */
  private void goOnAfter(Runnable change) {
    List<String> acknowledged = new CopyOnWriteArrayList<>(values());
    AtomicInteger last = new AtomicInteger();
    long writer = vertx.setPeriodic(WRITE_EVERY_MS, tick -> write(last, acknowledged));
    long start = System.nanoTime();
    change.run();
    await()
        .atMost(LONGEST_OUTAGE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> port(link) == redis.second().port() && published("after"));
    long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    System.out.println("Sentinel: at the new master after " + ms + " ms");

    vertx.cancelTimer(writer);
    await().until(() -> heard.contains("after"));
    assertThat(resubscribed).hasPositiveValue();
    List<String> kept = List.copyOf(acknowledged);
    assertThat(values()).containsAll(kept);
  }

  private void write(AtomicInteger last, List<String> acknowledged) {
    String value = "value " + last.incrementAndGet();
    append(value).onSuccess(done -> acknowledged.add(value));
  }

  /** The former master follows the new one. */
  private void acknowledgedAgain() {
    await().atMost(PATIENCE).until(() -> succeeds(append("again")));
    assertThat(values()).startsWith("before").contains("again");
  }

  private void failOver() {
    RedisLink sentinel = open(redis.oneSentinel());
    get(sentinel.send(Request.cmd(Command.SENTINEL).arg("FAILOVER").arg(MASTER)));
  }

  private String channel() {
    return settings.key("a", "events");
  }

  private Future<Response> append(String value) {
    return link.runDurable(APPEND, List.of(settings.key("a", "list")), List.of(value));
  }

  private Future<Response> publish(String message) {
    return link.send(Request.cmd(Command.PUBLISH).arg(channel()).arg(message));
  }

  private boolean published(String message) {
    return succeeds(publish(message)) && get(publish(message)).toInteger() == 1;
  }

  private List<String> values() {
    Request all = Request.cmd(Command.LRANGE).arg(settings.key("a", "list")).arg(0).arg(-1);
    return get(link.send(all)).stream().map(Response::toString).toList();
  }

  /** Where a link is, or 0 while it is nowhere. */
  private static int port(RedisLink link) {
    Future<Response> info = link.send(Request.cmd(Command.INFO).arg("server"));
    if (!succeeds(info)) {
      return 0;
    }
    Matcher port = PORT.matcher(info.result().toString());
    assertThat(port.find()).isTrue();
    return Integer.parseInt(port.group(1));
  }

  private RedisLink open(RedisSettings to) {
    return get(RedisLink.create(vertx, to).ready());
  }

  /** Whether it does; all that may keep it from that is an outage. */
  private static boolean succeeds(Future<?> future) {
    await().until(future::isComplete);
    if (future.failed()) {
      assertThat(future.cause()).isInstanceOf(RedisUnavailableException.class);
    }
    return future.succeeded();
  }
}
