package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.channel.TelegramServer;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The instance that listens to Telegram dies. */
class ChannelKillIT extends ChannelKillCase {
  private static final long OPERATOR = 100;

  private final TelegramServer telegram = new TelegramServer();

  ChannelKillIT() {
    super("telegram");
  }

  @Override
  String settings() {
    return "approvals:{exec:{enabled:true,mode:'targets',targets:[{channel:'telegram',to:'"
        + OPERATOR
        + "'}]}},channels:{telegram:{dmPolicy:'open',allowFrom:["
        + OPERATOR
        + "],"
        + telegram.settings()
        + "}}";
  }

  @Override
  String person(int number) {
    return Integer.toString(200 + number);
  }

  @Override
  void write(int number, String text) {
    telegram.write(200 + number, "P" + number, text);
  }

  @Override
  List<String> saidTo(int number) {
    String chat = person(number) + ": ";
    return telegram.said().stream()
        .filter(one -> one.startsWith(chat))
        .map(one -> one.substring(chat.length()))
        .toList();
  }

  @AfterEach
  void close() {
    telegram.close();
  }

  @Test
  void aQuestionIsPutAndItsEndToldThoughWhoAskedAndWhoListenedDie() {
    int listening = listener(-1);
    int other = (listening + 1) % 3;
    try (Peer asker = gateways.admin(listening);
        Peer decider = gateways.admin(other)) {
      asker.send(
          "exec.approval.request",
          Json.object().put("id", "q1").put("command", "true").put("timeoutMs", 60_000));
      decider.event("exec.approval.requested");
      gateways.kill(listening);
      await().atMost(PATIENCE).until(() -> about("Exec approval required\nID: q1") >= 1);
      telegram.press(OPERATOR, "Ann", "/approve q1 deny");
      assertThat(decider.event("exec.approval.resolved").path("decision").asText())
          .isEqualTo("deny");
      await().atMost(PATIENCE).until(() -> about("Exec approval denied.") >= 1);
      await().atMost(PATIENCE).until(() -> about("Exec approval deny submitted for q1.") >= 1);
      // Twice, when whoever died had just sent it and could not say so any more.
      assertThat(about("Exec approval required\nID: q1")).isBetween(1L, 2L);
      assertThat(about("Exec approval denied.")).isEqualTo(1);
    }
  }

  private long about(String text) {
    return telegram.said().stream().filter(one -> one.contains(text)).count();
  }
}
