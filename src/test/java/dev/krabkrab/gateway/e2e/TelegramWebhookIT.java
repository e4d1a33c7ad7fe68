package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.TelegramServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Telegram tells any of two instances what happens. Protocol 03 §5, 04 §19. */
@Timeout(120)
class TelegramWebhookIT extends TwoInstances {
  private static final long OPERATOR = 77;
  private static final String SECRET = "telegram_webhook-secret_0001";
  private static final String ADDRESS = "https://gateway.example/channels/telegram/default";
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final TelegramServer telegram = closing(new TelegramServer());

  @Override
  String config() {
    return config(
        "channels:{telegram:{webhookUrl:'"
            + ADDRESS
            + "',webhookSecret:'"
            + SECRET
            + "',allowFrom:["
            + OPERATOR
            + "],"
            + telegram.settings()
            + "}}");
  }

  private Future<Integer> post(int instance, String secret, JsonNode update) {
    String url = "http://127.0.0.1:" + cluster.port(instance) + "/channels/telegram/default";
    return telegram.post(url, secret, update);
  }

  private List<String> said(String text) {
    return telegram.said().stream().filter(one -> one.contains(text)).toList();
  }

  private void heard(String text) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(said(text)).isNotEmpty());
  }

  @Test
  void theBotSaysWhereItIsToBeReachedAndWithWhatSecret() {
    await().atMost(PATIENCE).until(() -> !telegram.calls("setWebhook").isEmpty());
    ObjectNode call = telegram.calls("setWebhook").getFirst();
    assertThat(call.path("url").asText()).isEqualTo(ADDRESS);
    assertThat(call.path("secret_token").asText()).isEqualTo(SECRET);
    assertThat(call.path("allowed_updates").toString())
        .isEqualTo("[\"message\",\"callback_query\"]");
    assertThat(telegram.calls("getUpdates")).isEmpty();
    assertThat(telegram.calls("setWebhook")).as("by one of two instances").hasSize(1);
    for (Peer peer : List.of(a, b)) {
      JsonNode status = peer.ok("channels.status", "{}");
      JsonNode row = status.at("/channelAccounts/telegram/0");
      assertThat(row.path("mode").asText()).isEqualTo("webhook");
      assertThat(row.path("running").asBoolean()).isTrue();
      assertThat(status.toString()).doesNotContain(SECRET, TelegramServer.TOKEN);
    }
  }

  @Test
  void anUpdateToAnyInstanceIsAnsweredOnceThoughItCameToBothAtOnce() {
    String word = UUID.randomUUID().toString();
    JsonNode update = telegram.update(OPERATOR, "Ann", word);
    Future<Integer> one = post(0, SECRET, update);
    Future<Integer> two = post(1, SECRET, update);
    assertThat(one.await()).isEqualTo(200);
    assertThat(two.await()).isEqualTo(200);
    assertThat(post(1, SECRET, update).await()).isEqualTo(200);
    heard(word);
    String last = UUID.randomUUID().toString();
    assertThat(post(0, SECRET, telegram.update(OPERATOR, "Ann", last)).await()).isEqualTo(200);
    heard(last);
    assertThat(said(word)).hasSize(1);
  }

  @Test
  void whoDoesNotKnowTheSecretIsNotBelieved() {
    String word = UUID.randomUUID().toString();
    for (int instance = 0; instance < 2; instance++) {
      JsonNode update = telegram.update(OPERATOR, "Ann", word);
      assertThat(post(instance, "telegram_webhook-secret_0002", update).await()).isEqualTo(401);
      assertThat(post(instance, "", update).await()).isEqualTo(401);
      assertThat(post(instance, SECRET, Json.array()).await()).isEqualTo(400);
    }
    String last = UUID.randomUUID().toString();
    post(1, SECRET, telegram.update(OPERATOR, "Ann", last)).await();
    heard(last);
    assertThat(said(word)).isEmpty();
  }
}
