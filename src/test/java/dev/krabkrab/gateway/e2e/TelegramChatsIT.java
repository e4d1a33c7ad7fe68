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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Groups that move, topics that go and markup that is not read, with two instances of which one
 * listens: nothing that is said gets lost.
 */
@Timeout(120)
class TelegramChatsIT extends TwoInstances {
  private static final long ANN = 77;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final TelegramServer telegram = closing(new TelegramServer());

  @Override
  String config() {
    return config(
        "session:{dmScope:'per-channel-peer'},agents:{list:[{id:'main',default:true},{id:'lab'}]},"
            + "bindings:[{agentId:'lab',match:{channel:'telegram',peer:{kind:'group',id:'-503'}}}],"
            + "approvals:{exec:{enabled:true,mode:'targets',targets:[{channel:'telegram',to:'-502'}]}},"
            + "channels:{telegram:{allowFrom:[77],groups:['-500','-501','-502','-503','-600'],"
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

  private void settled() {
    await().atMost(PATIENCE).until(() -> telegram.unconfirmed() == 0);
  }

  private static JsonNode send(Peer peer, long to, String text) {
    return peer.ok(
        "send",
        "{\"channel\":\"telegram\",\"to\":\""
            + to
            + "\",\"message\":\""
            + text
            + "\",\"idempotencyKey\":\""
            + UUID.randomUUID()
            + "\"}");
  }

  private long asked(long chat) {
    return telegram.calls("sendMessage").stream()
        .filter(call -> call.path("chat_id").asLong() == chat)
        .count();
  }

  private static String word() {
    return "word" + UUID.randomUUID().toString().substring(0, 8);
  }

  @Test
  void aGroupThatMovedWithoutAWordIsFoundAgainByAll() {
    String before = word();
    telegram.writeIn(-500, ANN, "Ann", "@krab_bot " + before);
    heard(-500, before);
    telegram.chats().move(-500, -1005000);
    long tries = asked(-500);
    assertThat(send(a, -500, "by a").path("chatId").asText()).isEqualTo("-1005000");
    assertThat(send(b, -500, "by b").path("chatId").asText()).isEqualTo("-1005000");
    assertThat(asked(-500)).as("only the first one had to be told").isEqualTo(tries + 1);
    assertThat(saidTo(-1005000)).containsSequence("-1005000: by a", "-1005000: by b");
    String after = word();
    telegram.writeIn(-1005000, ANN, "Ann", "@krab_bot " + after);
    heard(-1005000, after);
    assertThat(history(b, "agent:main:telegram:group:-500")).contains(before, after);
    String deliver = word();
    b.ok(
        "agent",
        Json.text(
            Json.object()
                .put("message", deliver)
                .put("sessionKey", "agent:main:moved")
                .put("deliver", true)
                .put("channel", "telegram")
                .put("to", "-500")
                .put("idempotencyKey", deliver)));
    heard(-1005000, deliver);
  }

  /** Who passes on what somebody else wrote commands nothing by it, and decides nothing. */
  @Test
  void aForwardedMessageIsShownToTheAgentAndIsNoCommand() {
    for (String command : List.of("/status ", "/approve 12345678 allow-once ")) {
      String text = command + word();
      ObjectNode forwarded = telegram.draft(ANN, ANN, "Ann").put("text", text);
      forwarded.putObject("forward_origin").put("type", "hidden_user").put("sender_user_name", "M");
      telegram.tell(forwarded);
      heard(ANN, text);
      assertThat(saidTo(ANN)).noneMatch(one -> one.contains("Failed to submit"));
      assertThat(history(b, "agent:main:telegram:dm:77")).contains("[Quoted from M]\\n> " + text);
    }
  }

  private static String history(Peer peer, String session) {
    return peer.ok("chat.history", "{\"sessionKey\":\"" + session + "\"}").toString();
  }

  @Test
  void aGroupThatSaysThatItMovesKeepsItsRulesAndItsAgent() {
    ObjectNode goes = telegram.draft(-503, ANN, "Ann").put("migrate_to_chat_id", -1005030);
    telegram.tell(goes);
    ObjectNode comes = telegram.draft(-1005030, ANN, "Ann").put("migrate_from_chat_id", -503);
    telegram.tell(comes);
    String word = word();
    telegram.writeIn(-1005030, ANN, "Ann", "@krab_bot " + word);
    heard(-1005030, word);
    assertThat(history(b, "agent:lab:telegram:group:-503")).contains(word);
    assertThat(send(b, -503, "where now").path("chatId").asText()).isEqualTo("-1005030");
    assertThat(saidTo(-503)).isEmpty();
  }

  @Test
  void aPollFollowsTheGroup() {
    telegram.chats().move(-501, -1005010);
    JsonNode poll =
        b.ok(
            "poll",
            "{\"channel\":\"telegram\",\"to\":\"-501\",\"question\":\"?\",\"options\":[\"a\",\"b\"],"
                + "\"idempotencyKey\":\""
                + UUID.randomUUID()
                + "\"}");
    assertThat(poll.path("chatId").asText()).isEqualTo("-1005010");
  }

  @Test
  void partsThatAreOutDoNotComeAgainInTheNewGroup() {
    telegram.chats().move(-601, -1006010, 1);
    send(a, -601, "words ".repeat(1_500));
    assertThat(saidTo(-601)).hasSize(1);
    assertThat(saidTo(-1006010)).hasSize(2);
  }

  @Test
  void anApprovalIsDecidedInTheGroupThatMoved() {
    telegram.chats().move(-502, -1005020);
    String id = UUID.randomUUID().toString();
    String asked = a.requestApproval(id, "ls", 30_000);
    heard(-1005020, "ID: " + id);
    telegram.pressIn(-1005020, ANN, "Ann", "/approve " + id + " deny");
    assertThat(a.answer(asked).at("/payload/decision").asText()).isEqualTo("deny");
    heard(-1005020, "✅ Exec approval denied.");
  }

  @Test
  void aJobFindsTheGroupThatMoved() {
    telegram.chats().move(-602, -1006020);
    String word = word();
    ObjectNode job =
        Json.object().put("name", word).put("enabled", true).put("sessionTarget", "isolated");
    job.put("wakeMode", "now");
    job.putObject("schedule").put("kind", "every").put("everyMs", 3_600_000);
    job.putObject("payload")
        .put("kind", "agentTurn")
        .put("message", word)
        .put("deliver", true)
        .put("channel", "telegram")
        .put("to", "-602");
    String added = a.ok("cron.add", Json.text(job)).path("id").asText();
    b.ok("cron.run", "{\"id\":\"" + added + "\",\"mode\":\"force\"}");
    heard(-1006020, word);
  }

  @ParameterizedTest
  @CsvSource({
    "31, message thread not found",
    "32, TOPIC_DELETED",
    "33, TOPIC_CLOSED",
    "34, the chat is not a forum"
  })
  void whatIsSaidInATopicThatIsGoneIsSaidInTheGroup(long topic, String why) {
    telegram.chats().closeTopic(topic, why);
    String word = word();
    ObjectNode message =
        telegram
            .draft(-600, ANN, "Ann")
            .put("text", "@krab_bot " + word)
            .put("is_topic_message", true)
            .put("message_thread_id", topic);
    telegram.tell(message);
    heard(-600, word);
    assertThat(
            telegram.calls("sendMessage").stream()
                .filter(call -> call.path("text").asText().contains(word) && !call.has("refused")))
        .singleElement()
        .satisfies(call -> assertThat(call.has("message_thread_id")).isFalse());
  }

  @Test
  void anotherRefusalIsNoGroundForAnotherPlace() {
    String word = word();
    telegram.chats().closeTopic(35, "not enough rights to send text messages to the chat");
    telegram.tell(
        telegram
            .draft(-600, ANN, "Ann")
            .put("text", "@krab_bot " + word)
            .put("is_topic_message", true)
            .put("message_thread_id", 35));
    telegram.tell(telegram.draft(-600, ANN, "Ann").put("text", "@krab_bot after " + word));
    heard(-600, "after " + word);
    assertThat(saidTo(-600)).filteredOn(one -> one.contains(word)).hasSize(1);
  }

  @Test
  void answersLookAsTheyWereMeantAndMarkupThatIsRefusedIsLeftOut() {
    telegram.write(ANN, "Ann", "say **this** `a<b`");
    heard(ANN, "say <b>this</b> <code>a&lt;b</code>");
    assertThat(telegram.calls("sendMessage").getLast().path("parse_mode").asText())
        .isEqualTo("HTML");
    telegram.chats().refuseMarkup(-603);
    send(b, -603, "say **this** `a<b`");
    assertThat(saidTo(-603)).containsExactly("-603: say this a<b");
  }

  @Test
  void quotationsLinksAndCaptionsReachTheAgent() {
    ObjectNode message = telegram.draft(ANN, ANN, "Ann").put("text", "see here, please");
    ObjectNode link = message.putArray("entities").addObject().put("type", "text_link");
    link.put("offset", 4).put("length", 4).put("url", "https://e.example/x");
    ObjectNode answered = message.putObject("reply_to_message").put("text", "one\ntwo");
    answered.putObject("from").put("first_name", "Bob");
    telegram.tell(message);
    heard(ANN, "see here (https://e.example/x), please");
    settled();
    assertThat(history(a, "agent:main:telegram:dm:77"))
        .contains("[Quoted from Bob]\\n> one\\n> two\\n\\nsee here (https://e.example/x), please");
  }

  @Test
  void aCommandStaysOneWhenItAnswersSomething() {
    ObjectNode message = telegram.draft(ANN, ANN, "Ann").put("text", "/help");
    message.putObject("reply_to_message").put("text", "something");
    telegram.tell(message);
    heard(ANN, "/stop");
  }

  @Test
  void aFileThatIsAPictureReachesTheConversation() {
    ObjectNode message = telegram.draft(ANN, ANN, "Ann").put("caption", "as a file " + word());
    message
        .putObject("document")
        .put("file_id", "f1")
        .put("mime_type", "image/png")
        .put("file_name", "crab.png");
    telegram.tell(message);
    heard(ANN, "as a file");
    assertThat(history(a, "agent:main:telegram:dm:77"))
        .contains("\"mimeType\":\"image/png\",\"data\":\"AQIDBA==\"");
  }

  @ParameterizedTest
  @CsvSource({
    "voice, voice messages", "audio, sound files", "video, videos", "video_note, video messages",
    "animation, animations", "sticker, stickers", "location, locations", "venue, places",
    "contact, contacts", "poll, polls", "document, files other than pictures"
  })
  void whatCannotBeTakenIsSaid(String field, String words) {
    // Each of somebody of their own: nobody is told often.
    long person = 1_000 + field.hashCode() % 500;
    telegram.write(person, "Zoe", "hello");
    heard(person, "Pairing code: ");
    ObjectNode strange = telegram.draft(person, person, "Zoe");
    strange.putObject(field).put("file_id", "f9").put("mime_type", "application/pdf");
    telegram.tell(strange);
    settled();
    assertThat(saidTo(person)).as("a stranger is told nothing").hasSize(1);
    String code = saidTo(person).getFirst().replaceAll("(?s).*Pairing code: (\\S+).*", "$1");
    b.ok("channels.pairing.approve", "{\"channel\":\"telegram\",\"code\":\"" + code + "\"}");
    ObjectNode again = telegram.draft(person, person, "Zoe");
    again.set(field, strange.path(field));
    telegram.tell(again);
    heard(person, "⚠️ I cannot take " + words + " here. Please write instead.");
    ObjectNode described = telegram.draft(person, person, "Zoe").put("caption", "with words");
    described.set(field, strange.path(field));
    telegram.tell(described);
    heard(person, "⚠️ I cannot take " + words + " here. I read the rest of your message.");
    heard(person, "[Attached, but not handed on: " + words + "]");
  }

  @Test
  void whoSendsManySuchThingsIsNotToldEachTime() {
    for (int i = 0; i < 12; i++) {
      ObjectNode message = telegram.draft(-600, ANN, "Ann").put("caption", "@krab_bot");
      message.putObject("voice").put("file_id", "f9");
      telegram.tell(message);
    }
    settled();
    String last = word();
    telegram.writeIn(-600, ANN, "Ann", "@krab_bot " + last);
    heard(-600, last);
    assertThat(saidTo(-600)).filteredOn(one -> one.contains("voice messages")).hasSize(5);
  }
}
