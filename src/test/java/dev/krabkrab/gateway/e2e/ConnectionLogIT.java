package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What {@code logs.tail} shows of connections at the level there is without any setting: on one
 * instance of what happened on the other one, which is another process.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ConnectionLogIT {
  private static GatewayProcesses gateways;
  private static Peer reader;

  private final DeviceKeys keys = DeviceKeys.fresh();
  private final String brief = keys.id().substring(0, 12);

  @BeforeAll
  static void start() {
    gateways = GatewayProcesses.start(2);
    reader = gateways.admin(1);
  }

  @AfterAll
  static void stop() {
    reader.close();
    gateways.close();
  }

  private static List<JsonNode> lines(String... marks) {
    JsonNode answer = reader.ok("logs.tail", "{\"limit\":5000}");
    return StreamSupport.stream(answer.path("lines").spliterator(), false)
        .map(JsonNode::asText)
        .filter(line -> List.of(marks).stream().allMatch(line::contains))
        .map(line -> Objects.requireNonNull(Json.tryParse(line)))
        .toList();
  }

  private static JsonNode only(String... marks) {
    await().atMost(20, TimeUnit.SECONDS).until(() -> !lines(marks).isEmpty());
    assertThat(lines(marks)).hasSize(1);
    return lines(marks).getFirst();
  }

  private static String text(JsonNode line) {
    return line.path("1").asText();
  }

  private Connect operator() {
    return Connect.operator(4).device(keys).token(GatewayProcesses.TOKEN);
  }

  @Test
  void whoComesAndLeavesHasALineEach() {
    Peer.connected(gateways.port(0), operator().about("displayName", "The desk")).close();
    JsonNode came = only("connected", brief);
    assertThat(text(came))
        .isEqualTo("operator \"The desk\" (device " + brief + ") from this host connected");
    assertThat(came.at("/_meta/logLevelName").asText()).isEqualTo("INFO");
    assertThat(came.at("/2/device").asText()).isEqualTo(brief);
    assertThat(came.at("/2/role").asText()).isEqualTo("operator");
    assertThat(text(only("left after", brief)))
        .matches("operator \"The desk\" \\(device \\w{12}\\) from this host left after \\d+ s");
  }

  @Test
  void namesThatClientsGiveThemselvesAreShownAsWhatTheyAre() {
    String hostile = "x\" connected\n2026 ERROR stolen \u202e\u001b[31m" + "y".repeat(150);
    Peer.connected(gateways.port(0), operator().about("displayName", hostile)).close();
    String shown = text(only("from this host connected", brief));
    assertThat(shown).startsWith("operator \"x' connected␊2026 ERROR stolen ");
    assertThat(shown.chars()).noneMatch(Character::isISOControl);
    assertThat(shown).doesNotContain("\u202e").hasSizeLessThan(220);
  }

  /** By another token each time, so that the guesses are not locked out; from one address. */
  @Test
  void whoIsRefusedHasALineThatSaysWhyAndNoMoreThanAFew() {
    String name = "n-" + UUID.randomUUID();
    for (int i = 0; i < 30; i++) {
      try (Peer stranger = Peer.open(gateways.port(0))) {
        Connect wrong = operator().about("displayName", name).token("wrong-" + i);
        assertThat(stranger.connect(wrong).path("ok").asBoolean()).isFalse();
      }
    }
    await().atMost(20, TimeUnit.SECONDS).until(() -> !lines("refused", brief).isEmpty());
    List<JsonNode> refused = lines("refused", brief);
    assertThat(refused).hasSizeBetween(1, 3);
    assertThat(text(refused.getFirst()))
        .startsWith("connection from ")
        .contains("refused (unauthorized): ", "token mismatch", name);
    assertThat(refused.getFirst().at("/2/outcome").asText()).isEqualTo("unauthorized");
    // Who never was in does not leave.
    assertThat(lines("left after", brief)).isEmpty();
  }
}
