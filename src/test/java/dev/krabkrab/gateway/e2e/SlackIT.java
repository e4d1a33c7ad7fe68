package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.SlackServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * People and agents talk over Slack, with two instances of which one listens. Protocol 02 §5, 03
 * §5, §25, §26.
 */
@Timeout(120)
class SlackIT extends TwoInstances {
  private static final String OPERATOR = "U0OPERATOR";
  private static final String ROOM = "C0GENERAL0";
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final SlackServer slack = closing(new SlackServer());

  @Override
  String config() {
    return config(
        "session:{dmScope:'per-channel-peer'},"
            + "approvals:{exec:{enabled:true,mode:'targets',targets:[{channel:'slack',to:'"
            + OPERATOR
            + "'}]}},channels:{slack:{allowFrom:['"
            + OPERATOR
            + "'],groups:['"
            + ROOM
            + "'],"
            + slack.settings()
            + "}}");
  }

  private List<String> said(String channel, String text) {
    return slack.said(channel).stream().filter(one -> one.contains(text)).toList();
  }

  private void heard(String channel, String text) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(said(channel, text)).isNotEmpty());
  }

  /** All that was told is taken. */
  private void settled() {
    await().atMost(PATIENCE).until(() -> slack.sockets().unacknowledged() == 0);
  }

  private String history(Peer peer, String session) {
    return peer.ok("chat.history", "{\"sessionKey\":\"agent:main:slack:" + session + "\"}")
        .path("messages")
        .toString();
  }

  private static String word() {
    return "word" + UUID.randomUUID().toString().substring(0, 8);
  }

  @Test
  void aKnownPersonIsAnsweredOnceThoughItIsToldTwice() {
    String text = word() + " <b> & \"c\"";
    ObjectNode message = slack.message(OPERATOR, OPERATOR, text.replace("&", "&amp;"));
    message.put("text", message.path("text").asText().replace("<", "&lt;").replace(">", "&gt;"));
    slack.tell(message);
    slack.tell(message);
    String word = text.substring(0, 12);
    heard(OPERATOR, word);
    settled();
    String last = word();
    slack.write(OPERATOR, last);
    heard(OPERATOR, last);
    assertThat(said(OPERATOR, word)).hasSize(1);
    assertThat(said(OPERATOR, word).getFirst()).contains("&lt;b&gt; &amp; ");
    assertThat(history(b, "dm:" + OPERATOR)).contains(word + " <b> & \\\"c\\\"");
    JsonNode row =
        b.ok("sessions.list", "{\"search\":\"slack:dm:" + OPERATOR + "\"}")
            .path("sessions")
            .path(0);
    assertThat(row.path("lastChannel").asText()).isEqualTo("slack");
    assertThat(row.at("/deliveryContext/to").asText()).isEqualTo("D0OPERATOR");
  }

  @Test
  void aStrangerIsGivenACode() {
    slack.write("U0STRANGER", "may I?");
    heard("U0STRANGER", "Pairing code: ");
    JsonNode waiting = b.ok("channels.pairing.list", "{\"channel\":\"slack\"}").path("requests");
    String code = waiting.path(0).path("code").asText();
    assertThat(slack.said("U0STRANGER").getFirst()).contains(code);
    assertThat(waiting.path(0).path("name").asText()).isEqualTo("name of U0STRANGER");
    b.ok("channels.pairing.approve", "{\"channel\":\"slack\",\"code\":\"" + code + "\"}");
    slack.write("U0STRANGER", "now then");
    heard("U0STRANGER", "now then");
  }

  @Test
  void aMentionIsAnsweredOnceThoughItIsToldInTwoWays() {
    String word = word();
    slack.mention(slack.message(ROOM, "U0SOMEBODY", "<@" + SlackServer.BOT + "> " + word));
    String named = word();
    slack.mention(slack.message(ROOM, "U0SOMEBODY", "<@" + SlackServer.BOT + "|krab> " + named));
    heard(ROOM, word);
    heard(ROOM, named);
    settled();
    assertThat(said(ROOM, word)).hasSize(1);
    assertThat(said(ROOM, named)).hasSize(1);
    assertThat(history(a, "channel:" + ROOM)).contains("name of U0SOMEBODY: " + word);
    assertThat(slack.posted(ROOM))
        .filteredOn(one -> one.path("text").asText().contains(word))
        .noneMatch(one -> one.has("thread_ts"));
  }

  @Test
  void aChannelIsAnsweredWhereItIsListedAndTheAppIsMeant() {
    String elsewhere = word();
    String among = word();
    String meant = word();
    slack.mention(
        slack.message("C0ELSEWHERE", OPERATOR, "<@" + SlackServer.BOT + "> " + elsewhere));
    slack.tell(slack.message(ROOM, "U0SOMEBODY", among));
    slack.tell(slack.message(ROOM, "U0SOMEBODY", meant).put("bot_id", "B1"));
    slack.tell(slack.message(ROOM, "U0SOMEBODY", meant).put("subtype", "message_changed"));
    slack.mention(slack.message(ROOM, "U0SOMEBODY", meant + "<@" + SlackServer.BOT + ">"));
    heard(ROOM, meant);
    settled();
    assertThat(slack.said("C0ELSEWHERE")).isEmpty();
    assertThat(said(ROOM, among)).isEmpty();
    assertThat(said(ROOM, meant)).hasSize(1);
  }

  @Test
  void aThreadIsAConversationOfItsOwnAndIsAnsweredThere() {
    String word = word();
    ObjectNode message = slack.message(ROOM, "U0SOMEBODY", "<@" + SlackServer.BOT + "> " + word);
    slack.mention(message.put("thread_ts", "1700000000.000042"));
    heard(ROOM, word);
    ObjectNode answer =
        slack.posted(ROOM).stream()
            .filter(one -> one.path("text").asText().contains(word))
            .findFirst()
            .orElseThrow();
    assertThat(answer.path("thread_ts").asText()).isEqualTo("1700000000.000042");
    assertThat(history(b, "channel:" + ROOM + ":thread:1700000000.000042")).contains(word);
    assertThat(history(b, "channel:" + ROOM)).doesNotContain(word);
  }

  @Test
  void aPictureReachesTheConversation() {
    String word = word();
    slack.tell(slack.picture(OPERATOR, word));
    ObjectNode away = slack.picture(OPERATOR, word + "-away");
    ((ObjectNode) away.at("/files/0")).put("url_private", "http://127.0.0.1:1/not slack's");
    slack.tell(away);
    heard(OPERATOR, word + "-away");
    assertThat(history(a, "dm:" + OPERATOR))
        .containsOnlyOnce("\"mimeType\":\"image/png\",\"data\":\"AQIDBA==\"");
  }

  @Test
  void aMessageIsSentOncePerKeyByAnyInstance() {
    String key = UUID.randomUUID().toString();
    String params =
        "{\"to\":\"channel:C0ANNOUNCE\",\"message\":\"one\",\"channel\":\"slack\",\"mediaUrl\":"
            + "\"https://example.org/a.png\",\"idempotencyKey\":\""
            + key
            + "\"}";
    Connect sender = Connect.operator(3).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
    try (Peer here = Peer.connected(cluster.port(0), sender);
        Peer there = Peer.connected(cluster.port(1), sender)) {
      JsonNode call = Json.parseObject(params);
      String one = here.send("send", call);
      String two = there.send("send", call);
      JsonNode first = here.answer(one).path("payload");
      assertThat(first.path("runId").asText()).isEqualTo(key);
      assertThat(first.path("channel").asText()).isEqualTo("slack");
      assertThat(first.path("channelId").asText()).isEqualTo("C0ANNOUNCE");
      assertThat(first.path("messageId").asText()).startsWith("1700000002.");
      assertThat(there.answer(two).path("payload")).isEqualTo(first);
    }
    assertThat(slack.said("C0ANNOUNCE")).containsExactly("one");
    assertThat(slack.posted("C0ANNOUNCE").getFirst().at("/attachments/0/image_url").asText())
        .isEqualTo("https://example.org/a.png");
  }

  @Test
  void whatCannotBeSentSaysWhy() {
    assertThat(error("send", "\"to\":\"C0GONE0000\",\"message\":\"x\""))
        .isEqualTo(
            "UNAVAILABLE Error: Slack: channel_not_found (there is no such channel, or the app was"
                + " not invited to it)");
    assertThat(error("send", "\"to\":\"C0ARCHIVED\",\"message\":\"x\""))
        .isEqualTo("UNAVAILABLE Error: Slack: is_archived (the channel is archived)");
    assertThat(error("send", "\"to\":\"nobody here\",\"message\":\"x\""))
        .isEqualTo(
            "INVALID_REQUEST Error: Delivering to Slack requires to: a channel or user id such as"
                + " C0123456789, or #name");
    assertThat(
            error("poll", "\"to\":\"" + ROOM + "\",\"question\":\"?\",\"options\":[\"a\",\"b\"]"))
        .isEqualTo("INVALID_REQUEST unsupported poll channel: slack");
  }

  @Test
  void anAnswerThatCannotBeSaidIsToldToTheOperator() {
    String word = word();
    b.ok(
        "agent",
        Json.text(
            Json.object()
                .put("message", word)
                .put("sessionKey", "agent:main:archived")
                .put("deliver", true)
                .put("channel", "slack")
                .put("to", "C0ARCHIVED")
                .put("idempotencyKey", word)));
    for (Peer peer : List.of(a, b)) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                JsonNode row = peer.ok("channels.status", "{}").at("/channelAccounts/slack/0");
                assertThat(row.path("lastOutboundError").asText())
                    .isEqualTo("C0ARCHIVED: Slack: is_archived (the channel is archived)");
                assertThat(row.path("lastOutboundErrorAt").asLong()).isPositive();
              });
    }
  }

  private String error(String method, String params) {
    JsonNode error =
        b.call(
                method,
                "{"
                    + params
                    + ",\"channel\":\"slack\",\"idempotencyKey\":\""
                    + UUID.randomUUID()
                    + "\"}")
            .path("error");
    return error.path("code").asText() + " " + error.path("message").asText();
  }

  @Test
  void whatIsSaidInAThreadThatIsGoneIsSaidInTheChannel() {
    List<String> errors =
        List.of("thread_not_found", "cannot_reply_to_message", "invalid_thread_ts");
    for (int i = 0; i < errors.size(); i++) {
      String thread = "1700000000.00009" + i;
      slack.closeThread(thread, errors.get(i));
      String word = word();
      slack.mention(
          slack
              .message(ROOM, "U0SOMEBODY", "<@" + SlackServer.BOT + "> " + word)
              .put("thread_ts", thread));
      heard(ROOM, word);
      assertThat(slack.posted(ROOM))
          .filteredOn(one -> one.path("text").asText().contains(word))
          .singleElement()
          .satisfies(one -> assertThat(one.has("thread_ts")).isFalse());
    }
  }

  @Test
  void answersLookAsTheyWereMeantAndCommandNobody() {
    String word = word();
    slack.write(OPERATOR, word + " **bold** *it* ~~no~~ [a](https://e.example) &lt;!channel&gt;");
    heard(OPERATOR, word + " *bold* _it_ ~no~ <https://e.example|a> &lt;!channel&gt;");
  }

  @Test
  void linksAndSharedMessagesReachTheAgent() {
    String word = word();
    ObjectNode message =
        slack.message(
            OPERATOR,
            OPERATOR,
            word + " <https://e.example/?a=1&amp;b=2|here> <#C1|general> <!here> <@U0BOB>");
    message
        .putArray("attachments")
        .addObject()
        .put("is_share", true)
        .put("author_name", "Bob")
        .put("text", "said &lt;so&gt;\nthen")
        .put("from_url", "https://slack.example/p1");
    slack.tell(message);
    heard(OPERATOR, word);
    assertThat(history(b, "dm:" + OPERATOR))
        .contains(
            "[Quoted from Bob]\\n> said <so>\\n> then\\n> https://slack.example/p1\\n\\n"
                + word
                + " here (https://e.example/?a=1&b=2) #general @here @U0BOB");
  }

  @Test
  void filesThatCannotBeTakenAreSaid() {
    String word = word();
    ObjectNode message = slack.picture(OPERATOR, word);
    List.of("audio/mp4", "video/mp4", "application/pdf", "image/svg+xml")
        .forEach(
            type ->
                ((com.fasterxml.jackson.databind.node.ArrayNode) message.path("files"))
                    .addObject()
                    .put("mimetype", type));
    slack.tell(message);
    heard(
        OPERATOR,
        "⚠️ I cannot take voice messages and other sound or videos or files other than pictures or"
            + " pictures other than JPEG, PNG, GIF and WebP here. I read the rest of your"
            + " message.");
    heard(OPERATOR, word);
    ObjectNode alone = slack.message(OPERATOR, OPERATOR, "").put("subtype", "file_share");
    alone.putArray("files").addObject().put("mimetype", "audio/webm");
    slack.tell(alone);
    heard(OPERATOR, "⚠️ I cannot take voice messages and other sound here. Please write instead.");
    ObjectNode strange = slack.message("U0NOBODY", "U0NOBODY", "").put("subtype", "file_share");
    strange.putArray("files").addObject().put("mimetype", "audio/webm");
    slack.tell(strange);
    settled();
    assertThat(said("U0NOBODY", "cannot take")).isEmpty();
  }

  @Test
  void anApprovalIsDecidedByButton() {
    String id = UUID.randomUUID().toString();
    String asked = a.requestApproval(id, Questions.HOSTILE, 30_000);
    heard(OPERATOR, "ID: " + id);
    ObjectNode question =
        slack.posted(OPERATOR).stream()
            .filter(call -> call.path("text").asText().contains(id))
            .findFirst()
            .orElseThrow();
    assertThat(question.at("/blocks/0/text/text").asText())
        .startsWith(Questions.head(id))
        .endsWith(Questions.SHOWN);
    assertThat(question.at("/blocks/0/text/type").asText()).isEqualTo("plain_text");
    assertThat(question.path("text").asText())
        .doesNotContain("<!")
        .contains("│ &lt;!channel&gt; *bold* @ann");
    assertThat(question.path("mrkdwn").asBoolean(true)).isFalse();
    assertThat(question.path("parse").asText()).isEqualTo("none");
    assertThat(question.at("/blocks/1/elements")).hasSize(3);
    slack.press("U0SOMEBODY", question, 2);
    slack.press(OPERATOR, question, 0);
    JsonNode decided = a.answer(asked).path("payload");
    assertThat(decided.path("decision").asText()).isEqualTo("allow-once");
    heard(
        OPERATOR, "Exec approval allowed once. Resolved by Chat approval (slack:" + OPERATOR + ")");
    heard(OPERATOR, "Exec approval allow-once submitted for " + id + ".");
    settled();
  }

  @Test
  void bothInstancesTellHowTheAppIsDoing() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              for (Peer peer : List.of(a, b)) {
                JsonNode status = peer.ok("channels.status", "{\"probe\":true}");
                JsonNode row = status.at("/channelAccounts/slack/0");
                assertThat(row.path("running").asBoolean()).as("%s", status).isTrue();
                assertThat(row.path("connected").asBoolean()).as("%s", status).isTrue();
                assertThat(row.at("/probe/bot/name").asText()).isEqualTo("krab");
                assertThat(row.at("/probe/team/name").asText()).isEqualTo("Crabs");
                assertThat(row.path("appTokenSource").asText()).isEqualTo("config");
                assertThat(status.toString())
                    .doesNotContain(SlackServer.BOT_TOKEN, SlackServer.APP_TOKEN);
              }
            });
  }
}
