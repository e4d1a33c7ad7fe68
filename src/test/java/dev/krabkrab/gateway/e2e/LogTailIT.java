package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One log for all instances. Both instances of this test live in one process, so each of them keeps
 * every line of it. Protocol 03 §3.
 */
@Timeout(60)
class LogTailIT extends TwoInstances {
  private static final Logger LOG = LoggerFactory.getLogger("dev.krabkrab.gateway.trial.Trial");

  private static JsonNode tail(Peer peer, ObjectNode params) {
    return peer.ok("logs.tail", Json.text(params));
  }

  private static List<JsonNode> with(JsonNode answer, String mark) {
    return lines(answer)
        .filter(line -> line.contains(mark))
        .map(line -> Objects.requireNonNull(Json.tryParse(line)))
        .toList();
  }

  private static Stream<String> lines(JsonNode answer) {
    return StreamSupport.stream(answer.path("lines").spliterator(), false).map(JsonNode::asText);
  }

  /** Everything that was logged before is in: an instance sends its own lines before it reads. */
  private JsonNode settled(ObjectNode params, String mark) {
    await().until(() -> with(tail(a, params), mark).size() == 2);
    return tail(b, params);
  }

  @Test
  void linesOfEveryInstanceAreReadThroughAny() {
    String mark = "m-" + UUID.randomUUID();
    LOG.atWarn()
        .addKeyValue("n", 7)
        .setCause(new IllegalStateException("why"))
        .log("{} with token={} of {}", mark, "not-to-be-told", Cluster.TOKEN);

    List<JsonNode> found = with(settled(Json.object(), mark), mark);
    assertThat(found).hasSize(2);
    assertThat(found.get(0).at("/_meta/hostname")).isNotEqualTo(found.get(1).at("/_meta/hostname"));
    for (JsonNode line : found) {
      assertThat(line.path("0").asText()).isEqualTo("{\"subsystem\":\"trial\"}");
      assertThat(line.path("1").asText()).isEqualTo(mark + " with token=*** of ***");
      assertThat(line.at("/2/n").asInt()).isEqualTo(7);
      assertThat(line.at("/2/error").asText()).contains("IllegalStateException: why");
      assertThat(line.at("/_meta/logLevelName").asText()).isEqualTo("WARN");
      assertThat(line.path("time").asText()).endsWith("Z");
    }
  }

  @Test
  void aCursorOfOneInstanceGoesOnAtTheOther() {
    String first = "m-" + UUID.randomUUID();
    LOG.warn(first);
    JsonNode before = settled(Json.object(), first);
    assertThat(before.path("file").asText())
        .isEqualTo("redis:" + cluster.redis().namespace() + "/gateway.log");
    assertThat(before.path("cursor")).isEqualTo(before.path("size"));
    ObjectNode cursor = Json.object().put("cursor", before.path("cursor").asLong());

    String second = "m-" + UUID.randomUUID();
    LOG.warn(second);
    JsonNode after = settled(cursor, second);
    assertThat(with(after, second)).hasSize(2);
    assertThat(with(after, first)).isEmpty();
    assertThat(after.path("reset").asBoolean()).isFalse();
    assertThat(after.path("truncated").asBoolean()).isFalse();
  }

  @Test
  void theRulesAreThoseOfAFile() {
    String mark = "m-" + UUID.randomUUID();
    for (int i = 0; i < 20; i++) {
      LOG.warn("{} {}", mark, i);
    }
    await().until(() -> with(tail(a, Json.object()), mark).size() == 40);

    JsonNode few = tail(b, Json.object().put("limit", 3));
    assertThat(few.path("lines")).hasSize(3);
    assertThat(few.path("truncated").asBoolean()).isFalse();

    JsonNode small = tail(b, Json.object().put("maxBytes", 1_000));
    assertThat(lines(small).mapToInt(line -> line.length() + 1).sum()).isBetween(1, 1_000);
    assertThat(small.path("truncated").asBoolean()).isTrue();
    assertThat(small.path("reset").asBoolean()).isFalse();

    JsonNode behind = tail(b, Json.object().put("cursor", 0).put("maxBytes", 1_000));
    assertThat(behind.path("reset").asBoolean()).isTrue();
    assertThat(behind.path("truncated").asBoolean()).isTrue();

    JsonNode beyond = tail(b, Json.object().put("cursor", 1L << 40));
    assertThat(beyond.path("reset").asBoolean()).isTrue();
    assertThat(beyond.path("lines")).isNotEmpty();
  }
}
