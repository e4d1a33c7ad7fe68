package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.TelegramServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * People and agents talk over Telegram, with two instances of which one listens. Protocol 02 §5, 03
 * §5, §25, §26.
 */
@Timeout(120)
class TelegramIT extends TwoInstances {
  private static final long OPERATOR = 77;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final TelegramServer telegram = closing(new TelegramServer());

  @Override
  String config() {
    return config(
        "session:{dmScope:'per-channel-peer'},"
            + "approvals:{exec:{enabled:true,mode:'targets',targets:[{channel:'telegram',to:'"
            + OPERATOR
            + "'}]}},channels:{telegram:{allowFrom:["
            + OPERATOR
            + "],groups:['-500'],"
            + telegram.settings()
            + "}}");
  }

  private List<String> saidTo(long chat) {
    return telegram.said().stream().filter(one -> one.startsWith(chat + ": ")).toList();
  }

  private void heard(long chat, String text) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(saidTo(chat)).anyMatch(one -> one.contains(text)));
  }

  @Test
  void aKnownPersonIsAnsweredOnce() {
    String text = "hello " + UUID.randomUUID();
    telegram.write(OPERATOR, "Ann", text);
    heard(OPERATOR, text);
    JsonNode said =
        b.ok("chat.history", "{\"sessionKey\":\"agent:main:telegram:dm:77\"}").path("messages");
    assertThat(said.toString()).contains(text);
    JsonNode row =
        b.ok("sessions.list", "{\"search\":\"telegram:dm:77\"}").path("sessions").path(0);
    assertThat(row.path("lastChannel").asText()).isEqualTo("telegram");
    assertThat(row.at("/deliveryContext/to").asText()).isEqualTo("77");
    assertThat(saidTo(OPERATOR).stream().filter(one -> one.contains(text))).hasSize(1);
  }

  @Test
  void aStrangerIsLetInByTheOperator() {
    telegram.write(900, "Zoe", "may I?");
    heard(900, "Pairing code: ");
    telegram.write(900, "Zoe", "hm?");
    await().atMost(PATIENCE).until(() -> telegram.unconfirmed() == 0);
    JsonNode listed = b.ok("channels.pairing.list", "{}");
    assertThat(listed.at("/limits/ttlMs").asInt()).isEqualTo(3_600_000);
    assertThat(listed.at("/accounts/0/accountId").asText()).isEqualTo("default");
    JsonNode waiting = listed.path("requests");
    assertThat(waiting).hasSize(1);
    String code = waiting.path(0).path("code").asText();
    assertThat(saidTo(900).getFirst()).contains(code);
    assertThat(waiting.path(0).path("name").asText()).isEqualTo("Zoe");
    assertThat(waiting.path(0).path("senderLabel").asText()).isEqualTo("Zoe");
    assertThat(waiting.path(0).path("channelLabel").asText()).isEqualTo("Telegram");
    String id = waiting.path(0).path("requestId").asText();
    JsonNode approved =
        b.ok("channels.pairing.approve", "{\"channel\":\"telegram\",\"requestId\":\"" + id + "\"}");
    assertThat(approved.path("senderId").asText()).isEqualTo("900");
    telegram.write(900, "Zoe", "now then");
    heard(900, "now then");
    assertThat(saidTo(900)).hasSize(2);
    JsonNode again = b.call("channels.pairing.approve", "{\"code\":\"" + code + "\"}");
    assertThat(again.at("/error/message").asText()).contains("nobody waits with " + code);
    telegram.write(900, "Zoe", "/approve x deny");
    heard(900, "not authorized to decide approvals");
    String person = "{\"channel\":\"telegram\",\"senderId\":\"900\"}";
    assertThat(a.ok("channels.pairing.dismiss", person).path("ok").asBoolean()).isTrue();
    telegram.write(900, "Zoe", "and now?");
    await()
        .atMost(PATIENCE)
        .until(() -> !b.ok("channels.pairing.list", "{}").path("requests").isEmpty());
  }

  @Test
  void aGroupIsAnsweredWhereItIsListedAndTheBotIsMeant() {
    telegram.writeIn(-600, OPERATOR, "Ann", "@krab_bot elsewhere");
    telegram.writeIn(-500, 5, "Bob", "among ourselves");
    telegram.writeIn(-500, 5, "Bob", "@krab_bot what now?");
    heard(-500, "what now?");
    assertThat(saidTo(-600)).isEmpty();
    assertThat(saidTo(-500)).noneMatch(one -> one.contains("among ourselves"));
    JsonNode said = a.ok("chat.history", "{\"sessionKey\":\"agent:main:telegram:group:-500\"}");
    assertThat(said.toString()).contains("Bob: what now?");
  }

  @Test
  void aPictureReachesTheConversation() {
    telegram.show(OPERATOR, "Ann", "look at this");
    heard(OPERATOR, "look at this");
    assertThat(a.ok("chat.history", "{\"sessionKey\":\"agent:main:telegram:dm:77\"}").toString())
        .contains("\"mimeType\":\"image/jpeg\",\"data\":\"AQIDBA==\"");
  }

  @Test
  void aMessageIsSentOncePerKeyByAnyInstance() {
    String key = UUID.randomUUID().toString();
    String params =
        "{\"to\":\"telegram:4711\",\"message\":\"one\",\"channel\":\"telegram\",\"idempotencyKey\":\""
            + key
            + "\"}";
    Connect sender = Connect.operator(3).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
    try (Peer here = Peer.connected(cluster.port(0), sender);
        Peer there = Peer.connected(cluster.port(1), sender)) {
      sentOnce(here.ok("send", params), there.ok("send", params), key);
    }
  }

  private void sentOnce(JsonNode first, JsonNode again, String key) {
    assertThat(first.path("runId").asText()).isEqualTo(key);
    assertThat(first.path("channel").asText()).isEqualTo("telegram");
    assertThat(first.path("chatId").asText()).isEqualTo("4711");
    assertThat(first.path("messageId").asText()).isNotEmpty();
    assertThat(again).isEqualTo(first);
    assertThat(saidTo(4711)).hasSize(1);
  }

  @Test
  void whatCannotBeSentSaysWhy() {
    assertThat(error("send", "\"to\":\"nobody here\",\"message\":\"x\""))
        .isEqualTo(
            "Error: Delivering to Telegram requires to: a chat id such as 123456789, or"
                + " @channelname");
    assertThat(error("send", "\"to\":\"403\",\"message\":\"x\""))
        .isEqualTo("Error: Telegram: Forbidden: bot was blocked by the user");
    assertThat(error("send", "\"to\":\"1\",\"message\":\"x\",\"channel\":\"pigeon\""))
        .isEqualTo("unsupported channel: pigeon");
    assertThat(error("send", "\"to\":\"1\",\"message\":\"x\",\"mediaUrl\":\"file:///etc/passwd\""))
        .isEqualTo("Error: mediaUrl must begin with http:// or https://");
    assertThat(
            error(
                "poll",
                "\"to\":\"1\",\"question\":\"?\",\"options\":[\"a\",\"b\"],\"maxSelections\":3"))
        .isEqualTo("Error: maxSelections cannot exceed option count");
  }

  private String error(String method, String params) {
    return b.call(method, "{" + params + ",\"idempotencyKey\":\"" + UUID.randomUUID() + "\"}")
        .at("/error/message")
        .asText();
  }

  @Test
  void aPollIsAsked() {
    JsonNode asked =
        a.ok(
            "poll",
            "{\"to\":\"4712\",\"question\":\"which?\",\"options\":[\"a\",\"b\"],\"maxSelections\":2,"
                + "\"idempotencyKey\":\"p1\"}");
    assertThat(asked.path("pollId").asText()).isEqualTo("poll-1");
    ObjectNode call = telegram.calls("sendPoll").getFirst();
    assertThat(call.path("allows_multiple_answers").asBoolean()).isTrue();
    assertThat(call.path("options")).hasSize(2);
  }

  @Test
  void bothInstancesTellHowTheBotIsDoing() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              for (Peer peer : List.of(a, b)) {
                JsonNode status = peer.ok("channels.status", "{\"probe\":true}");
                JsonNode row = status.at("/channelAccounts/telegram/0");
                assertThat(row.path("running").asBoolean()).as("%s", status).isTrue();
                assertThat(row.path("connected").asBoolean()).isTrue();
                assertThat(row.at("/probe/bot/username").asText()).isEqualTo("krab_bot");
                assertThat(row.path("botTokenSource").asText()).isEqualTo("config");
                assertThat(status.toString()).doesNotContain(TelegramServer.TOKEN);
              }
            });
  }

  @Test
  void healthAndStatusTellOfChannelsAndSessions() {
    telegram.write(OPERATOR, "Ann", "count me");
    heard(OPERATOR, "count me");
    JsonNode health = b.ok("health", "{\"probe\":true}");
    assertThat(health.at("/channels/telegram/configured").asBoolean()).isTrue();
    assertThat(health.at("/channels/telegram/accounts/default/accountId").asText())
        .isEqualTo("default");
    assertThat(health.at("/channelLabels/telegram").asText()).isEqualTo("Telegram");
    assertThat(health.at("/sessions/count").asInt()).isPositive();
    JsonNode status = b.ok("status", "{}");
    assertThat(status.at("/channelSummary/0").asText()).startsWith("Telegram (default): ");
    assertThat(status.at("/sessions/count")).isEqualTo(health.at("/sessions/count"));
    assertThat(status.at("/sessions/recent").findValuesAsText("key"))
        .contains("agent:main:telegram:dm:77");
  }

  @Test
  void anApprovalIsDecidedByButton() {
    String id = UUID.randomUUID().toString();
    String asked = a.requestApproval(id, Questions.HOSTILE, 30_000);
    heard(OPERATOR, "ID: " + id);
    String question =
        saidTo(OPERATOR).stream().filter(one -> one.contains(id)).findFirst().orElseThrow();
    assertThat(question)
        .startsWith("77: " + Questions.head(id))
        .contains("\nReply with: /approve " + id + " allow-once|allow-always|deny\n")
        .endsWith(Questions.SHOWN);
    telegram.calls("sendMessage").stream()
        .filter(call -> call.path("text").asText().contains(id))
        .forEach(
            call -> {
              assertThat(call.has("parse_mode")).isFalse();
              assertThat(call.at("/entities/0/type").asText()).isEqualTo("pre");
              assertThat(call.at("/entities/0/length").asInt())
                  .isEqualTo(call.path("text").asText().length());
            });
    JsonNode buttons =
        telegram.calls("sendMessage").stream()
            .filter(call -> call.path("text").asText().contains(id))
            .findFirst()
            .orElseThrow()
            .at("/reply_markup/inline_keyboard/0");
    assertThat(buttons).hasSize(3);
    telegram.press(5, "Bob", "/approve " + id + " deny");
    telegram.press(OPERATOR, "Ann", buttons.path(0).path("callback_data").asText());
    JsonNode decided = a.answer(asked).path("payload");
    assertThat(decided.path("decision").asText()).isEqualTo("allow-once");
    heard(
        OPERATOR,
        "✅ Exec approval allowed once. Resolved by Chat approval (telegram:77). ID: " + id);
    heard(OPERATOR, "✅ Exec approval allow-once submitted for " + id + ".");
    await().atMost(PATIENCE).until(() -> telegram.calls("answerCallbackQuery").size() >= 2);
    assertThat(saidTo(OPERATOR).stream().filter(one -> one.contains("ID: " + id))).hasSize(2);
  }

  @Test
  void aDecisionByWordSaysWhoAndWhy() {
    String id = UUID.randomUUID().toString();
    String asked = a.requestApproval(id, "ls", 30_000);
    heard(OPERATOR, "ID: " + id);
    telegram.write(OPERATOR, "Ann", "/approve " + id + " deny because " + "x".repeat(201));
    heard(OPERATOR, "reason must have at most 200 characters");
    telegram.write(OPERATOR, "Ann", "/approve " + id + " deny because not\u202E on\nFridays");
    JsonNode decided = a.answer(asked).path("payload");
    assertThat(decided.path("decision").asText()).isEqualTo("deny");
    assertThat(decided.path("reason").asText()).isEqualTo("not\u202E on\nFridays");
    assertThat(decided.at("/resolver/kind").asText()).isEqualTo("channel");
    assertThat(decided.at("/resolver/user").asText()).isEqualTo("telegram:" + OPERATOR);
    heard(OPERATOR, "ID: " + id + "\nReason: not\\u202e on␊Fridays");
  }

  @Test
  void anApprovalThatNobodyDecidesIsToldToExpireOnce() {
    String id = UUID.randomUUID().toString();
    a.requestApproval(id, "true", 2_000);
    heard(OPERATOR, "⏱️ Exec approval expired. ID: " + id);
    assertThat(saidTo(OPERATOR).stream().filter(one -> one.contains("expired. ID: " + id)))
        .hasSize(1);
  }

  @Test
  void aBusyTelegramIsToldLaterInOrder() {
    telegram.refuse(1);
    telegram.write(OPERATOR, "Ann", "/help");
    heard(OPERATOR, "/stop");
    assertThat(telegram.calls("sendMessage").stream().anyMatch(c -> c.has("refused"))).isTrue();
  }

  @Test
  void aLongAnswerGoesOnWithThePartThatWasRefused() {
    String words = "words ".repeat(1_600);
    telegram.refuse(1, 1);
    telegram.write(OPERATOR, "Ann", "long " + words + "end");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(saidTo(OPERATOR)).anyMatch(one -> one.contains("words end")));
    List<Boolean> refused =
        telegram.calls("sendMessage").stream()
            .filter(call -> call.path("text").asText().contains("words words"))
            .map(call -> call.has("refused"))
            .toList();
    assertThat(refused).containsExactly(false, true, false, false);
  }

  @Test
  void anAgentAnswersInAChannel() {
    String id = UUID.randomUUID().toString();
    String call =
        b.send(
            "agent",
            Json.object()
                .put("message", "tell them " + id)
                .put("sessionKey", "agent:main:deliver")
                .put("deliver", true)
                .put("channel", "telegram")
                .put("to", "4713")
                .put("idempotencyKey", id));
    assertThat(b.answer(call).path("ok").asBoolean()).isTrue();
    heard(4713, id);
  }
}
