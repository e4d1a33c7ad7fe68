package dev.krabkrab.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.channel.OutboxStore.Due;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.TestRedis;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits to be said is sent by two instances over one Redis. */
@Timeout(120)
class OutboxIT {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final SentMessage SENT = new SentMessage("1", Map.of());

  private final RedisSettings settings = TestRedis.settings();
  private final List<Instance> instances = new ArrayList<>();
  private final List<String> tried = new CopyOnWriteArrayList<>();
  private final List<String> said = new CopyOnWriteArrayList<>();

  private record Instance(Vertx vertx, OutboxStore store) {}

  private Instance instance() {
    Vertx vertx = Vertx.vertx();
    RedisLink link = RedisLink.create(vertx, settings);
    link.ready().await();
    Instance instance = new Instance(vertx, new OutboxStore(link));
    instances.add(instance);
    return instance;
  }

  private Instance sender(Outbox.Speaker speaker) {
    Instance instance = instance();
    Outbox outbox =
        new Outbox(
            instance.vertx(),
            instance.store(),
            speaker,
            ChannelMetrics.NONE,
            InstantSource.system(),
            RandomGenerator.getDefault());
    instance.vertx().runOnContext(now -> outbox.start());
    return instance;
  }

  private Future<SentMessage> speak(
      DeliveryContext way, OutboundMessage message, MessageParts parts) {
    tried.add(way.to() + ": " + message.text());
    return switch (way.to()) {
      case "dead" -> Future.failedFuture(DeliveryException.passing("away", 0));
      case "moody" -> {
        boolean first = tried.indexOf("moody: " + message.text()) == tried.size() - 1;
        yield first
            ? Future.failedFuture(DeliveryException.passing("not now", 10))
            : say(way, message);
      }
      default ->
          way.to().startsWith("slow") ? Promise.<SentMessage>promise().future() : say(way, message);
    };
  }

  private Future<SentMessage> say(DeliveryContext way, OutboundMessage message) {
    return part(way, message.text());
  }

  private static Delivery delivery(String account, String to, String text) {
    return Delivery.of(new DeliveryContext("telegram", to, account, null), text);
  }

  private static void put(OutboxStore store, String account, String to, int count) {
    List<Future<Boolean>> all =
        IntStream.range(0, count)
            .mapToObj(i -> store.put(to + i, delivery(account, to, "n" + i)))
            .toList();
    Future.all(all).await();
  }

  @AfterEach
  void close() {
    instances.forEach(one -> one.vertx().close().await());
  }

  @Test
  void thousandsForADeadChatHoldUpNobodyElse() {
    put(instance().store(), "default", "dead", 5_000);
    put(instances.getFirst().store(), "default", "living", 1);
    sender(this::speak);
    sender(this::speak);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(said).containsExactly("living: n0"));
    await().atMost(PATIENCE).until(() -> tried.size() >= 3);
    assertThat(tried).filteredOn(one -> one.startsWith("dead")).containsOnly("dead: n0");
  }

  @Test
  void slowChatsOfOneAccountLeavePlacesForOthers() {
    OutboxStore store = instance().store();
    for (int chat = 0; chat < 200; chat++) {
      put(store, "default", "slow" + chat, 1);
    }
    sender(this::speak);
    sender(this::speak);
    await().atMost(PATIENCE).until(() -> tried.size() >= 16);
    put(store, "other", "living", 20);
    await().atMost(PATIENCE).until(() -> said.size() == 20);
    assertThat(said).startsWith("living: n0", "living: n1").endsWith("living: n19");
    assertThat(tried).filteredOn(one -> one.startsWith("slow")).hasSize(16).doesNotHaveDuplicates();
  }

  @Test
  void aChatIsToldInOrderByWhicheverInstanceAndAfterFurtherTries() {
    OutboxStore store = instance().store();
    put(store, "default", "moody", 5);
    put(store, "default", "steady", 60);
    sender(this::speak);
    sender(this::speak);
    await().atMost(PATIENCE).until(() -> said.size() == 65);
    assertThat(said.stream().filter(one -> one.startsWith("moody")))
        .containsExactlyElementsOf(texts("moody", 5));
    assertThat(said.stream().filter(one -> one.startsWith("steady")))
        .containsExactlyElementsOf(texts("steady", 60));
    assertThat(store.put("steady7", delivery("default", "steady", "again")).await()).isFalse();
  }

  @Test
  void anotherTryGoesOnWithThePartThatFailed() {
    put(instance().store(), "default", "anybody", 2);
    sender((way, message, parts) -> parts.send(inThree(way, message, true)));
    sender((way, message, parts) -> parts.send(inThree(way, message, true)));
    await().atMost(PATIENCE).until(() -> said.size() == 6);
    assertThat(said)
        .containsExactly(
            "anybody: n0 1",
            "anybody: n0 2",
            "anybody: n0 3",
            "anybody: n1 1",
            "anybody: n1 2",
            "anybody: n1 3");
    assertThat(tried).containsExactly("n0 2", "n0 2", "n1 2", "n1 2");
  }

  /** The second part fails the first time, or is never answered. */
  private List<Supplier<Future<SentMessage>>> inThree(
      DeliveryContext way, OutboundMessage message, boolean answers) {
    String text = message.text();
    return List.of(
        () -> part(way, text + " 1"),
        () -> {
          tried.add(text + " 2");
          boolean first = tried.indexOf(text + " 2") == tried.size() - 1;
          if (first && answers) {
            return Future.failedFuture(DeliveryException.passing("not now", 10));
          }
          return answers ? part(way, text + " 2") : Promise.<SentMessage>promise().future();
        },
        () -> part(way, text + " 3"));
  }

  private Future<SentMessage> part(DeliveryContext way, String text) {
    said.add(way.to() + ": " + text);
    return Future.succeededFuture(SENT);
  }

  @Test
  void whoTakesAMessageUpGoesOnWithThePartThatWasOnItsWay() {
    Instance first = sender((way, message, parts) -> parts.send(inThree(way, message, false)));
    put(first.store(), "default", "anybody", 1);
    await().atMost(PATIENCE).until(() -> tried.size() == 1);
    instances.remove(first);
    first.vertx().close().await();
    sender((way, message, parts) -> parts.send(inThree(way, message, true)));
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(said)
                    .containsExactly("anybody: n0 1", "anybody: n0 2", "anybody: n0 3"));
  }

  private static List<String> texts(String to, int count) {
    return IntStream.range(0, count).mapToObj(i -> to + ": n" + i).toList();
  }

  @Test
  void whatADeadInstanceWasSendingIsSentByAnother() {
    Instance first = sender((way, message, parts) -> trying(message));
    put(first.store(), "default", "anybody", 2);
    await().atMost(PATIENCE).until(() -> tried.size() == 1);
    instances.remove(first);
    first.vertx().close().await();
    sender(this::speak);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(said).containsExactlyElementsOf(texts("anybody", 2)));
  }

  private Future<SentMessage> trying(OutboundMessage message) {
    tried.add(message.text());
    return Promise.<SentMessage>promise().future();
  }

  @Test
  void whoeverIsTooLateHasNoSayInWhatBecomesOfAMessage() {
    OutboxStore a = instance().store();
    OutboxStore b = instance().store();
    put(a, "default", "anybody", 2);
    Due late = take(a, 1);
    Due again = take(b, 60_000);
    assertThat(again.id()).isEqualTo(late.id());
    assertThat(again.turn()).isEqualTo(2);
    a.done(late).await();
    a.extend(List.of(late), 1).await();
    assertThat(a.take(8, 8, 1, Map.of()).await()).isEmpty();
    b.again(again, 1).await();
    Due third = take(a, 60_000);
    assertThat(third.id()).isEqualTo(late.id());
    a.done(third).await();
    assertThat(take(b, 60_000).delivery().text()).isEqualTo("n1");
  }

  private static Due take(OutboxStore store, long withinMs) {
    return await()
        .atMost(PATIENCE)
        .until(() -> store.take(1, 8, withinMs, Map.of()).await(), taken -> !taken.isEmpty())
        .getFirst();
  }
}
