package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What people write in a channel, and what is answered, while the instance that listens dies: three
 * instances, each a process of its own. Protocol 02 §5.
 */
@Timeout(170)
abstract class ChannelKillCase {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int PEOPLE = 6;
  private static final int MESSAGES = 10;

  private final String channel;
  @TempDir private Path folder;
  GatewayProcesses gateways;

  ChannelKillCase(String channel) {
    this.channel = channel;
  }

  /** The settings of the channel, and what else the test needs, for the gateway document. */
  abstract String settings();

  /** The channel's id of a person. */
  abstract String person(int number);

  /** A person writes to the gateway. */
  abstract void write(int number, String text);

  /** What a person was told. */
  abstract List<String> saidTo(int number);

  @BeforeEach
  void start() throws IOException {
    gateways =
        GatewayProcesses.start(3, folder, "session:{dmScope:'per-channel-peer'}," + settings());
  }

  @AfterEach
  void stop() {
    gateways.close();
  }

  private JsonNode row(Peer peer) {
    return peer.ok("channels.status", "{}").at("/channelAccounts/" + channel + "/0");
  }

  /** The index of the instance that listens, other than one. */
  int listener(int not) {
    int asked = not == 0 ? 1 : 0;
    try (Peer peer = gateways.admin(asked)) {
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
    String session = "agent:main:" + channel + ":dm:" + person(person);
    JsonNode messages =
        peer.ok("chat.history", "{\"sessionKey\":\"" + session + "\",\"limit\":200}")
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
    return saidTo(person).stream()
        .filter(one -> one.startsWith("⚠️ gateway instance lost"))
        .count();
  }

  private long answers(int person, int number) {
    return saidTo(person).stream().filter(one -> one.contains(text(person, number))).count();
  }

  @Test
  void everyMessageIsTakenOnceAndAnsweredThoughListenersDie() {
    int first = listener(-1);
    long killed = 0;
    for (int number = 0; number < MESSAGES; number++) {
      for (int person = 0; person < PEOPLE; person++) {
        write(person, text(person, number));
      }
      if (number == MESSAGES / 2) {
        gateways.kill(first);
        killed = System.nanoTime();
      }
    }
    int second = listener(first);
    System.out.printf("%s: taken over after %.1f s%n", channel, (System.nanoTime() - killed) / 1e9);
    assertThat(second).isNotEqualTo(first);
    gateways.restart(first);
    try (Peer peer = gateways.admin(second)) {
      await().atMost(PATIENCE).untilAsserted(this::allAreAnswered);
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
      System.out.printf("%s: %d of %d answers came twice%n", channel, twice, PEOPLE * MESSAGES);
      assertThat(twice).isLessThanOrEqualTo(PEOPLE);
    }
  }

  private void allAreAnswered() {
    for (int person = 0; person < PEOPLE; person++) {
      long answered = 0;
      for (int number = 0; number < MESSAGES; number++) {
        answered += Math.min(1, answers(person, number));
      }
      assertThat(answered + lost(person)).isGreaterThanOrEqualTo(MESSAGES);
    }
  }
}
