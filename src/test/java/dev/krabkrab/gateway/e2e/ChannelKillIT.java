package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.channels.TelegramServer;
import dev.krabkrab.gateway.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What people write, and what is answered, while the instance that listens dies. Protocol 02 §5.
 */
@Timeout(170)
class ChannelKillIT {
  private static final int PEOPLE = 6;
  private static final int MESSAGES = 10;
  private static final long OPERATOR = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private TelegramServer telegram;
  private GatewayProcesses gateways;

  @BeforeEach
  void start() throws IOException {
    telegram = new TelegramServer();
    Path document = folder.resolve("gateway.json5");
    Files.writeString(
        document,
        "{gateway:{auth:{token:'"
            + GatewayProcesses.TOKEN
            + "'}},session:{dmScope:'per-channel-peer'},"
            + "approvals:{exec:{enabled:true,mode:'targets',targets:[{channel:'telegram',to:'"
            + OPERATOR
            + "'}]}},channels:{telegram:{dmPolicy:'open',allowFrom:["
            + OPERATOR
            + "],botToken:'"
            + TelegramServer.TOKEN
            + "',apiRoot:'"
            + telegram.url()
            + "'}}}");
    Map<String, String> environment = Map.of("KRABKRAB_CONFIG", document.toString());
    gateways = GatewayProcesses.start(List.of(environment, environment, environment));
  }

  @AfterEach
  void stop() {
    gateways.close();
    telegram.close();
  }

  private Peer peer(int instance) {
    Connect connect = Connect.operator(3).device(DeviceKeys.fresh()).token(GatewayProcesses.TOKEN);
    return Peer.connected(gateways.port(instance), connect);
  }

  private JsonNode row(Peer peer) {
    return peer.ok("channels.status", "{}").at("/channelAccounts/telegram/0");
  }

  /** The index of the instance that listens, other than one. */
  private int listener(int not) {
    int asked = not == 0 ? 1 : 0;
    try (Peer peer = peer(asked)) {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  row(peer).path("connected").asBoolean()
                      && index(row(peer).path("instance").asText()) != not);
      return index(row(peer).path("instance").asText());
    }
  }

  /** Instances are called {@code i0-...}, {@code i1-...}. */
  private static int index(String instance) {
    return instance.isEmpty() ? -1 : Integer.parseInt(instance.substring(1, instance.indexOf('-')));
  }

  private static String text(int person, int number) {
    return "p" + person + "-n" + number + ".";
  }

  private List<String> transcript(Peer peer, int person) {
    JsonNode messages =
        peer.ok(
                "chat.history",
                "{\"sessionKey\":\"agent:main:telegram:dm:" + (200 + person) + "\",\"limit\":200}")
            .path("messages");
    List<String> said = new ArrayList<>();
    for (JsonNode message : messages) {
      if (message.path("role").asText().equals("user")) {
        said.add(message.at("/content/0/text").asText());
      }
    }
    return said;
  }

  private long lost(int person) {
    return telegram.said().stream()
        .filter(one -> one.startsWith((200 + person) + ": ⚠️ gateway instance lost"))
        .count();
  }

  private long answers(int person, int number) {
    return telegram.said().stream()
        .filter(one -> one.startsWith((200 + person) + ": ") && one.contains(text(person, number)))
        .count();
  }

  @Test
  void everyMessageIsTakenOnceAndAnsweredThoughListenersDie() {
    int first = listener(-1);
    long killed = 0;
    for (int number = 0; number < MESSAGES; number++) {
      for (int person = 0; person < PEOPLE; person++) {
        telegram.write(200 + person, "P" + person, text(person, number));
      }
      if (number == MESSAGES / 2) {
        gateways.kill(first);
        killed = System.nanoTime();
      }
    }
    int second = listener(first);
    System.out.printf("channel: taken over after %.1f s%n", (System.nanoTime() - killed) / 1e9);
    assertThat(second).isNotEqualTo(first);
    gateways.restart(first);
    try (Peer peer = peer(second)) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                for (int person = 0; person < PEOPLE; person++) {
                  long answered = 0;
                  for (int number = 0; number < MESSAGES; number++) {
                    answered += Math.min(1, answers(person, number));
                  }
                  assertThat(answered + lost(person)).isGreaterThanOrEqualTo(MESSAGES);
                }
              });
      int twice = 0;
      for (int person = 0; person < PEOPLE; person++) {
        List<String> said = transcript(peer, person);
        for (int number = 0; number < MESSAGES; number++) {
          String text = text(person, number);
          assertThat(said.stream().filter(one -> one.contains(text)).count())
              .as("%s in %s", text, said)
              .isLessThanOrEqualTo(1);
          twice += answers(person, number) > 1 ? 1 : 0;
        }
        assertThat(said.size() + lost(person)).isGreaterThanOrEqualTo(MESSAGES);
      }
      System.out.printf("channel: %d of %d answers came twice%n", twice, PEOPLE * MESSAGES);
      assertThat(twice).isLessThanOrEqualTo(PEOPLE);
    }
  }

  @Test
  void aQuestionIsPutAndItsEndToldThoughWhoAskedAndWhoListenedDie() {
    int listening = listener(-1);
    int other = (listening + 1) % 3;
    try (Peer asker = peer(listening);
        Peer decider = peer(other)) {
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
