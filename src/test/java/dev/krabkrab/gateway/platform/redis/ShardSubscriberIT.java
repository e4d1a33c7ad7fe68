package dev.krabkrab.gateway.platform.redis;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One channel of a cluster of three servers. */
@Timeout(60)
class ShardSubscriberIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static ClusteredRedis cluster;

  private final Vertx vertx = Vertx.vertx();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final AtomicInteger losses = new AtomicInteger();
  private final AtomicInteger returns = new AtomicInteger();
  private String channel;
  private RedisLink link;
  private ShardSubscriber subscriber;

  @BeforeAll
  static void start() {
    cluster = ClusteredRedis.start();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void follow() {
    RedisSettings settings = cluster.settings();
    channel = settings.key("bus", "one");
    link = get(RedisLink.create(vertx, settings).ready());
    subscriber = ShardSubscriber.create(vertx, settings, channel, heard::add);
    subscriber.onLost(losses::incrementAndGet);
    subscriber.onResubscribed(returns::incrementAndGet);
    get(subscriber.ready());
  }

  @AfterEach
  void closeVertx() {
    get(vertx.close());
  }

  @Test
  void hearsInOrderAndIsCounted() {
    List<String> sent = IntStream.range(0, 500).mapToObj(Integer::toString).toList();
    for (String text : sent) {
      assertThat(publish(text)).isEqualTo(1);
    }
    await().atMost(PATIENCE).until(() -> heard.size() >= sent.size());
    assertThat(heard).isEqualTo(sent);
    get(subscriber.close());
    await().atMost(PATIENCE).until(() -> publish("late") == 0);
  }

  @Test
  void followsItsSlotToAnotherServer() {
    cluster.moveSlotOf(vertx, channel);
    await().atMost(PATIENCE).until(() -> losses.get() >= 1 && returns.get() == losses.get());
    assertThat(subscriber.subscribed()).isTrue();
    await().atMost(PATIENCE).until(() -> publish("moved") == 1);
    await().atMost(PATIENCE).until(() -> heard.contains("moved"));
  }

  @Test
  void noticesAServerThatHangs() {
    RedisProcess owner = cluster.ownerOf(channel);
    owner.pause();
    try {
      await().atMost(PATIENCE).until(() -> !subscriber.subscribed());
    } finally {
      owner.resume();
    }
    await().atMost(PATIENCE).until(subscriber::subscribed);
    await().atMost(PATIENCE).until(() -> publish("back") == 1);
  }

  private long publish(String text) {
    Request request = Request.cmd(Command.SPUBLISH).arg(channel).arg(text);
    return Replies.number(get(link.send(request)));
  }
}
