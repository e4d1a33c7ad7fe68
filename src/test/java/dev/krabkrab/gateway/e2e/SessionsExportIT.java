package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cli.ExitCodes;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Long transcripts, written on one instance and exported through another. */
@Timeout(120)
class SessionsExportIT extends TwoInstances {
  private static final int MESSAGES = 4_000;

  private final String key = "agent:main:export-" + UUID.randomUUID();

  @TempDir private Path home;

  @BeforeAll
  void start() {
    tell(key, MESSAGES);
  }

  private void tell(String session, int messages) {
    a.ok(
        "sessions.patch",
        Json.text(Json.object().put("key", session).put("label", session.substring(11, 40))));
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      sent.add(
          a.send(
              "chat.inject",
              Json.object().put("sessionKey", session).put("message", "note " + i + " «ü»")));
      if (sent.size() == 500 || i == messages - 1) {
        sent.forEach(id -> assertThat(a.answer(id).path("ok").asBoolean()).isTrue());
        sent.clear();
        a.frames().clear();
      }
    }
  }

  private String exported(String format) throws IOException {
    Path file = home.resolve("talk." + format);
    Cli cli = new Cli(home, cluster.instance(1).url());
    assertThat(cli.run("sessions", "export", key, "--format", format, "--out", file.toString()))
        .as(cli.err())
        .isEqualTo(ExitCodes.OK);
    assertThat(cli.err()).contains(MESSAGES + " messages exported.");
    return Files.readString(file);
  }

  @Test
  void everyLineIsWrittenOnceAndInOrder() throws IOException {
    List<String> lines = exported("jsonl").lines().toList();
    assertThat(lines).hasSize(MESSAGES + 1);
    assertThat(Json.parseObject(lines.getFirst()).path("type").asText()).isEqualTo("session");
    for (int i = 0; i < MESSAGES; i++) {
      assertThat(Json.parseObject(lines.get(i + 1)).at("/message/content/0/text").asText())
          .isEqualTo("note " + i + " «ü»");
    }
  }

  @Test
  void jsonIsOneObjectAndMarkdownIsForPeople() throws IOException {
    JsonNode json = Objects.requireNonNull(Json.tryParse(exported("json")));
    assertThat(json.path("key").asText()).isEqualTo(key);
    assertThat(json.path("messages")).hasSize(MESSAGES);
    assertThat(json.at("/messages/3999/role").asText()).isEqualTo("assistant");
    String text = exported("md");
    assertThat(text).startsWith("# " + key).contains("note 0 «ü»").contains("note 3999 «ü»");
    assertThat(text.lines().filter(line -> line.startsWith("## Assistant, "))).hasSize(MESSAGES);
  }

  @Test
  void pagesAreBoundedAndGoOnWhereTheLastOneEnded() {
    ObjectNode query = Json.object().put("key", key).put("limit", 300);
    int pages = 0;
    int lines = 0;
    while (true) {
      JsonNode page = (pages % 2 == 0 ? a : b).ok("sessions.export", Json.text(query));
      assertThat(page.path("from").asInt()).isEqualTo(lines);
      lines += page.path("lines").size();
      pages++;
      if (!page.has("next")) {
        break;
      }
      query.put("cursor", page.path("next").asText());
    }
    assertThat(lines).isEqualTo(MESSAGES + 1);
    assertThat(pages).isEqualTo(14);
  }

  @Test
  void aTranscriptShortenedMeanwhileIsNotToldAsWhole() {
    String other = "agent:main:export-" + UUID.randomUUID();
    tell(other, 20);
    ObjectNode query = Json.object().put("key", other).put("limit", 10);
    String next = a.ok("sessions.export", Json.text(query)).path("next").asText();
    ObjectNode rest = query.deepCopy().put("cursor", next);
    assertThat(b.ok("sessions.export", Json.text(rest)).path("lines")).hasSize(10);

    b.ok("sessions.compact", Json.text(Json.object().put("key", other).put("maxLines", 15)));
    assertThat(a.call("sessions.export", Json.text(rest)).at("/error/message").asText())
        .isEqualTo("the transcript was shortened or deleted meanwhile; begin again without cursor");
    assertThat(b.ok("sessions.export", Json.text(query)).path("total").asInt()).isEqualTo(15);

    String again = b.ok("sessions.export", Json.text(query)).path("next").asText();
    a.ok("sessions.reset", Json.text(Json.object().put("key", other)));
    assertThat(
            b.ok("sessions.export", Json.text(query.deepCopy().put("cursor", again))).path("lines"))
        .hasSize(5);
  }

  /** A page of long lines ends early, and a line longer than a page comes alone. */
  @Test
  void longLinesMakeShortPages() {
    String other = "agent:main:export-" + UUID.randomUUID();
    a.ok("sessions.patch", Json.text(Json.object().put("key", other)));
    for (int i = 0; i < 6; i++) {
      ObjectNode note = Json.object().put("sessionKey", other).put("message", "x".repeat(400_000));
      a.ok("chat.inject", Json.text(note));
      // It is told as well, and has to read to be no slow consumer.
      b.ok("health", "{}");
    }
    JsonNode page = b.ok("sessions.export", Json.text(Json.object().put("key", other)));
    assertThat(page.path("lines")).hasSize(3);
    assertThat(page.path("total").asInt()).isEqualTo(7);
    assertThat(page.has("next")).isTrue();
  }

  @Test
  void whatIsNotThereIsRefusedAndSessionsAreListed() {
    Cli cli = new Cli(home, cluster.instance(1).url());
    assertThat(cli.run("sessions", "export", "nothing")).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("No session found: agent:main:nothing");
    assertThat(
            b.call("sessions.export", "{\"key\":\"main\",\"cursor\":\"x\"}")
                .at("/error/message")
                .asText())
        .isEqualTo("invalid cursor: send the next of the page before");
    assertThat(cli.run("sessions", "list", "--search", key)).as(cli.err()).isEqualTo(ExitCodes.OK);
    assertThat(cli.out()).contains("KEY", key, "krabkrab/echo");
    assertThat(cli.run("sessions", "export", "--help")).isEqualTo(ExitCodes.OK);
    assertThat(cli.out()).contains("--format", "--out", "jsonl", "Examples");
  }
}
