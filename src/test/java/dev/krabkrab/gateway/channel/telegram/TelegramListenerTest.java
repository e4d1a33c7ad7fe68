package dev.krabkrab.gateway.channel.telegram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.ChannelAccount;
import dev.krabkrab.gateway.channel.ChannelConnector.Inbox;
import dev.krabkrab.gateway.channel.ChannelHttp;
import dev.krabkrab.gateway.channel.InboundMessage;
import dev.krabkrab.gateway.channel.TelegramServer;
import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisUnavailableException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of news that cannot be taken, and of the webhook, over real HTTP. */
@Timeout(90)
class TelegramListenerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String ADDRESS = "https://gateway.example/channels/telegram/default";
  private static final String SECRET = "telegram_webhook-secret_0001";

  private final Vertx vertx = Vertx.vertx();
  private final TelegramServer telegram = new TelegramServer();
  private final RecordedStatus status = new RecordedStatus();
  private final List<String> given = new CopyOnWriteArrayList<>();
  private final ChannelHttp net =
      new ChannelHttp(vertx, InstantSource.system(), RandomGenerator.getDefault(), Egress.DIRECT);
  private TelegramApi api;

  @BeforeEach
  void connect() {
    ChannelAccount account =
        new ChannelAccount(
            "telegram",
            "default",
            Json.object().put("botToken", TelegramServer.TOKEN).put("apiRoot", telegram.url()),
            false);
    api = new TelegramApi(account, net);
  }

  @AfterEach
  void close() {
    vertx.close().await();
    telegram.close();
  }

  private Future<Void> take(InboundMessage message) {
    given.add(message.text());
    if (message.text().equals("early") && given.size() < 3) {
      return Future.failedFuture(new RedisUnavailableException("away"));
    }
    if (message.text().equals("poison")) {
      throw new IllegalStateException("poison");
    }
    return Future.succeededFuture();
  }

  /** A letter may become two when it becomes small. */
  @Test
  void theBotIsFoundInWhateverIsWrittenAroundIt() {
    telegram.write(5, "Ann", "İİİİİİİİ @Krab_Bot");
    telegram.write(5, "Ann", "ask @krab_bot_too");
    telegram.write(5, "Ann", "İ @KRAB_BOT, go");
    vertx.runOnContext(
        now ->
            new TelegramListener(net, api, new TelegramUpdates(api), this::take, status, 60_000)
                .begin());
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(given).containsExactly("İİİİİİİİ", "ask @krab_bot_too", "İ , go"));
  }

  @Test
  void whatAlwaysFailsIsLeftOutAfterAWhileAndTheOthersAreTaken() {
    List.of("early", "poison", "late").forEach(text -> telegram.write(5, "Ann", text));
    vertx.runOnContext(
        now ->
            new TelegramListener(net, api, new TelegramUpdates(api), this::take, status, 2_000)
                .begin());
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(telegram.unconfirmed()).as("%s %s", given, status.troubles).isZero());
    assertThat(given)
        .containsExactly(
            "early", "early", "early", "poison", "poison", "poison", "poison", "poison", "late");
    assertThat(status.skipped).containsExactly("701, IllegalStateException");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void anApiThatNeverLetsWaitIsAskedOnceASecond(int updates) {
    for (int i = 0; i < updates; i++) {
      telegram.write(5, "Ann", "again");
    }
    telegram.hasty();
    long begun = System.nanoTime();
    vertx.runOnContext(
        now ->
            new TelegramListener(net, api, new TelegramUpdates(api), this::take, status, 2_000)
                .begin());
    await().atMost(PATIENCE).until(() -> telegram.calls("getUpdates").size() >= 3 + updates);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(2));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(status.troubles).hasSize(1).first().asString().contains("at once"));
    assertThat(status.connected).hasValue(1);
  }

  private void listen(Inbox inbox) {
    vertx.runOnContext(
        now ->
            new TelegramListener(net, api, new TelegramUpdates(api), inbox, status, 2_000).begin());
  }

  private ObjectNode part(String album, String caption) {
    ObjectNode part = telegram.draft(5, 5, "Ann").put("media_group_id", album);
    part.putArray("photo").addObject().put("file_id", "f1").put("file_size", 4);
    return caption.isEmpty() ? part : part.put("caption", caption);
  }

  @Test
  void picturesSentTogetherAreOneMessage() {
    List<InboundMessage> taken = new CopyOnWriteArrayList<>();
    telegram.write(5, "Ann", "before");
    for (String caption : List.of("", "three of them", "")) {
      telegram.tell(part("g1", caption));
    }
    telegram.tell(part("g2", "another"));
    telegram.write(5, "Ann", "after");
    listen(
        message -> {
          taken.add(message);
          return Future.succeededFuture();
        });
    await().atMost(PATIENCE).until(() -> telegram.unconfirmed() == 0);
    assertThat(taken.stream().map(m -> m.text() + " " + m.said().images().size()))
        .containsExactly("before 0", "three of them 3", "another 1", "after 0");
  }

  /** The first picture is told before the second is there. */
  @Test
  void theRestOfAnAlbumIsWaitedFor() {
    List<InboundMessage> taken = new CopyOnWriteArrayList<>();
    listen(
        message -> {
          taken.add(message);
          return Future.succeededFuture();
        });
    await().atMost(PATIENCE).until(() -> !telegram.calls("getUpdates").isEmpty());
    telegram.tell(part("g3", "two of them"));
    telegram.tell(part("g3", ""));
    await().atMost(PATIENCE).until(() -> telegram.unconfirmed() == 0);
    assertThat(taken).singleElement().extracting(m -> m.said().images().size()).isEqualTo(2);
  }

  @Test
  void theWebhookIsSetWhenItsAddressOrSecretIsAnother() {
    see(ADDRESS, SECRET, 1);
    see(ADDRESS, SECRET, 1);
    see(ADDRESS, SECRET + "2", 2);
    see(ADDRESS + "2", SECRET + "2", 3);
    api.call("deleteWebhook", Json.object()).await();
    see(ADDRESS + "2", SECRET + "2", 4);
    assertThat(telegram.calls("setWebhook").getLast().path("url").asText())
        .isEqualTo(ADDRESS + "2");
    assertThat(status.troubles).isEmpty();
  }

  private void see(String url, String secret, int set) {
    int before = status.connected.get();
    vertx.runOnContext(now -> new TelegramWebhook(net, api, url, secret, status).begin());
    await().atMost(PATIENCE).until(() -> status.connected.get() > before);
    assertThat(telegram.calls("setWebhook")).hasSize(set);
  }
}
