package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.channel.SlackServer;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What becomes of the connection to Slack, and of accounts that change, with two instances.
 * Protocol 03 §5, §6.
 */
@Timeout(120)
class SlackConnectionIT {
  private static final String OPERATOR = "U0OPERATOR";
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final SlackServer slack = new SlackServer();
  private Cluster cluster;
  private Peer a;
  private Peer b;

  @BeforeEach
  void start() {
    String config =
        TwoInstances.config(
            "channels:{slack:{apiRoot:'"
                + slack.url()
                + "',appToken:'"
                + SlackServer.APP_TOKEN
                + "',allowFrom:['"
                + OPERATOR
                + "'],accounts:{work:{botToken:'"
                + SlackServer.BOT_TOKEN
                + "'},wrong:{botToken:'xoxb-wrong',appToken:'xapp-wrong'},"
                + "broken:{botToken:'${KRABKRAB_NOWHERE_TO_BE_FOUND}'}}}}");
    cluster = Cluster.of(2, config);
    a = cluster.admin(0);
    b = cluster.admin(1);
    await().atMost(PATIENCE).until(() -> slack.sockets().connected() == 1);
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
    cluster.close();
    slack.close();
  }

  private static String word() {
    return "word" + UUID.randomUUID().toString().substring(0, 8);
  }

  private void heardOnce(List<String> words) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(slack.sockets().unacknowledged()).isZero();
              String said = String.join("\n", slack.said(OPERATOR));
              assertThat(words).allMatch(said::contains);
            });
    String said = String.join("\n", slack.said(OPERATOR));
    for (String word : words) {
      assertThat(said.split(word, -1)).as("%s in %s", word, said).hasSize(2);
    }
  }

  private JsonNode account(Peer peer, String id) {
    JsonNode table = peer.ok("channels.status", "{\"probe\":true}").at("/channelAccounts/slack");
    for (JsonNode row : table) {
      if (row.path("accountId").asText().equals(id)) {
        return row;
      }
    }
    throw new AssertionError("no " + id + " in " + table);
  }

  @Test
  void nothingIsLostOrSaidTwiceWhenConnectionsAreReplaced() {
    List<String> words = IntStream.range(0, 6).mapToObj(i -> word()).toList();
    slack.write(OPERATOR, words.get(0));
    slack.write(OPERATOR, words.get(1));
    slack.sockets().refresh();
    slack.write(OPERATOR, words.get(2));
    heardOnce(words.subList(0, 3));
    await().atMost(PATIENCE).until(() -> slack.sockets().connected() == 1);
    assertThat(slack.sockets().opened()).as("one new for two words of its end").isEqualTo(2);
    slack.sockets().refresh();
    words.subList(3, 6).forEach(word -> slack.write(OPERATOR, word));
    heardOnce(words);
    await().atMost(PATIENCE).until(() -> slack.sockets().connected() == 1);
    assertThat(slack.sockets().opened()).isEqualTo(3);
    for (Peer peer : List.of(a, b)) {
      assertThat(account(peer, "work").path("connected").asBoolean()).isTrue();
    }
  }

  @Test
  void aBrokenConnectionIsReplaced() {
    String before = word();
    String meanwhile = word();
    slack.write(OPERATOR, before);
    heardOnce(List.of(before));
    slack.sockets().drop();
    slack.write(OPERATOR, meanwhile);
    heardOnce(List.of(before, meanwhile));
    assertThat(slack.sockets().opened()).isEqualTo(2);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode row = account(b, "work");
              assertThat(row.path("connected").asBoolean()).isTrue();
              assertThat(row.path("reconnectAttempts").asInt()).isZero();
              assertThat(row.has("lastError")).isFalse();
            });
  }

  @Test
  void aConnectionThatFallsSilentIsReplacedAndNothingIsLost() {
    String before = word();
    String meanwhile = word();
    slack.write(OPERATOR, before);
    heardOnce(List.of(before));
    slack.sockets().freeze();
    slack.write(OPERATOR, meanwhile);
    await().atMost(Duration.ofSeconds(60)).until(() -> slack.sockets().opened() == 2);
    heardOnce(List.of(before, meanwhile));
    await().atMost(PATIENCE).until(() -> account(b, "work").path("connected").asBoolean());
  }

  @Test
  void whatSlackDoesNotHearToBeTakenIsToldAgainAndAnsweredOnce() {
    String word = word();
    slack.sockets().deaf(true);
    slack.write(OPERATOR, word);
    await().atMost(PATIENCE).until(() -> !slack.said(OPERATOR).isEmpty());
    assertThat(slack.sockets().unacknowledged()).isEqualTo(1);
    slack.sockets().deaf(false);
    heardOnce(List.of(word));
  }

  @Test
  void aBusySlackIsToldLaterInOrder() {
    slack.limit(1);
    slack.write(OPERATOR, "/status");
    String word = word();
    slack.write(OPERATOR, word);
    heardOnce(List.of(word));
    List<String> said = slack.said(OPERATOR);
    assertThat(said).hasSize(2);
    assertThat(said.getLast()).contains(word);
    assertThat(slack.calls("chat.postMessage").getFirst().path("limited").asBoolean()).isTrue();
  }

  @Test
  void aWrongOrBrokenAccountStopsNoOther() {
    for (Peer peer : List.of(a, b)) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                JsonNode wrong = account(peer, "wrong");
                assertThat(wrong.path("connected").asBoolean()).isFalse();
                assertThat(wrong.at("/probe/error").asText()).isEqualTo("Slack: invalid_auth");
                assertThat(wrong.path("lastError").asText()).isEqualTo("Slack: invalid_auth");
              });
      JsonNode broken = account(peer, "broken");
      assertThat(broken.path("configured").asBoolean()).isFalse();
      assertThat(broken.path("lastError").asText()).contains("KRABKRAB_NOWHERE_TO_BE_FOUND");
      await().until(() -> account(peer, "work").path("connected").asBoolean());
    }
    assertThat(
            b.call(
                    "send",
                    "{\"channel\":\"slack\",\"accountId\":\"broken\",\"to\":\"C0GENERAL0\","
                        + "\"message\":\"x\",\"idempotencyKey\":\"k\"}")
                .at("/error/message")
                .asText())
        .contains("KRABKRAB_NOWHERE_TO_BE_FOUND");
  }

  @Test
  void loggingOutTakesTheTokensAwayAndEndsTheAccountEverywhere() {
    JsonNode out = b.ok("channels.logout", "{\"channel\":\"slack\",\"accountId\":\"work\"}");
    assertThat(out.path("cleared").asBoolean()).isTrue();
    assertThat(out.path("loggedOut").asBoolean()).isTrue();
    await().atMost(PATIENCE).until(() -> slack.sockets().connected() == 0);
    for (Peer peer : List.of(a, b)) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                JsonNode row = account(peer, "work");
                assertThat(row.path("enabled").asBoolean()).as("%s", row).isFalse();
                assertThat(row.path("running").asBoolean()).as("%s", row).isFalse();
                assertThat(row.path("botTokenSource").asText()).isEqualTo("none");
              });
      JsonNode config = peer.ok("config.get", "{}").path("config");
      assertThat(config.at("/channels/slack/accounts/work").has("botToken")).isFalse();
      assertThat(config.at("/channels/slack/accounts/wrong").has("botToken")).isTrue();
      JsonNode refused =
          peer.call(
              "send",
              "{\"channel\":\"slack\",\"accountId\":\"work\",\"to\":\"C0GENERAL0\",\"message\":\"x\","
                  + "\"idempotencyKey\":\"k2\"}");
      assertThat(refused.at("/error/message").asText()).contains("is switched off");
    }
    assertThat(slack.sockets().opened()).isEqualTo(1);
  }
}
