package dev.krabkrab.gateway.platform.redis;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RedisSubscriberIT {

  private final Vertx vertx = Vertx.vertx();
  private final RedisSettings settings = TestRedis.settings();
  private final String channel = settings.key("a", "events");
  private final List<String> heard = new CopyOnWriteArrayList<>();

  @AfterEach
  void closeVertx() {
    get(vertx.close());
  }

  @Test
  void hearsItsChannelsInOrder() {
    RedisSubscriber subscriber = open(settings);
    RedisLink link = get(RedisLink.create(vertx, settings).ready());
    get(subscriber.subscribe(channel));
    get(subscriber.subscribe(settings.key("b", "events")));

    assertThat(publish(link, channel, "1")).isEqualTo(1);
    publish(link, settings.key("b", "events"), "2");
    publish(link, settings.key("c", "events"), "3");
    publish(link, channel, "4");

    await().until(() -> heard.size() == 3);
    assertThat(heard)
        .containsExactly(channel + "=1", settings.key("b", "events") + "=2", channel + "=4");
  }

  @Test
  void stopsHearingAChannel() {
    RedisSubscriber subscriber = open(settings);
    RedisLink link = get(RedisLink.create(vertx, settings).ready());
    get(subscriber.subscribe(channel));
    Future<Void> left = subscriber.unsubscribe(channel);
    Future<Void> back = subscriber.subscribe(channel);
    get(left);
    get(back);
    assertThat(publish(link, channel, "1")).isEqualTo(1);
    get(subscriber.unsubscribe(channel));

    assertThat(publish(link, channel, "2")).isZero();
    assertThat(heard).containsExactly(channel + "=1");
  }

  @Test
  void followsItsChannelsAgainAfterAnOutage() {
    try (RedisProcess redis = RedisProcess.startEmpty()) {
      RedisSettings settings = redis.settings();
      RedisSubscriber subscriber = open(settings);
      AtomicInteger resubscribed = new AtomicInteger();
      subscriber.onResubscribed(resubscribed::incrementAndGet);
      List<Future<Void>> all =
          IntStream.range(0, 600).mapToObj(i -> subscriber.subscribe("c" + i)).toList();
      get(Future.all(all));
      assertThat(subscriber.subscribed()).isTrue();
      redis.kill();
      await().until(() -> !subscriber.subscribed());
      Future<Void> during = subscriber.subscribe("during");
      redis.start();

      await().until(() -> resubscribed.get() >= 1);
      assertThat(subscriber.subscribed()).isTrue();
      get(during);
      RedisLink link = get(RedisLink.create(vertx, settings).ready());
      assertThat(publish(link, "c599", "x")).isEqualTo(1);
      assertThat(publish(link, "during", "y")).isEqualTo(1);
      await().until(() -> heard.contains("during=y"));
      assertThat(heard).containsExactly("c599=x", "during=y");
    }
  }

  @Test
  void noticesAServerThatHangs() {
    try (RedisProcess redis = RedisProcess.startEmpty()) {
      RedisSubscriber subscriber =
          open(redis.settings().withCommandTimeout(Duration.ofMillis(300)));
      AtomicInteger resubscribed = new AtomicInteger();
      subscriber.onResubscribed(resubscribed::incrementAndGet);
      get(subscriber.subscribe("channel"));
      redis.pause();

      await().until(() -> !subscriber.subscribed());
      redis.resume();
      await().until(() -> resubscribed.get() >= 1);
    }
  }

  private RedisSubscriber open(RedisSettings settings) {
    RedisSubscriber subscriber = RedisSubscriber.create(vertx, settings);
    subscriber.handler((channel, message) -> heard.add(channel + "=" + message));
    return subscriber;
  }

  private static int publish(RedisLink link, String channel, String message) {
    return get(link.send(Request.cmd(Command.PUBLISH).arg(channel).arg(message))).toInteger();
  }
}
