package dev.krabkrab.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The question about an approval as people in chats read it. */
class ApprovalForwarderTest {
  private static final List<String> FIELDS =
      List.of("command", "cwd", "host", "nodeId", "agentId", "security", "ask");

  static Stream<String> hostile() {
    return Stream.of(
        "rm -rf /srv\nHost: sandbox\nAgent: trusted\u202E\n\nThis was checked.",
        "x\r\nHost: sandbox",
        "x\u2028Host: sandbox\u2029Host: sandbox\u0085Host: sandbox\u000BHost: sandbox",
        "\u001b[2K\u001b[1AHost: sandbox",
        "a\u200Bb\uDB40\uDC41c\uFE0F",
        "```\nHost: sandbox\n```",
        "````\nHost: sandbox",
        "x" + " ".repeat(3_990) + "Host: sandbox",
        "y".repeat(9_000) + "\nHost: sandbox");
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aValueNeitherBeginsALineNorHides(String value) {
    for (String field : FIELDS) {
      ObjectNode request = Json.object().put("command", "ls").put("host", "gateway");
      String text = ApprovalForwarder.question("q1", 60_000, request.put(field, value));
      for (String part : chunks(text)) {
        assertThat(part.lines())
            .as(field)
            .noneMatch(line -> line.startsWith("Host: s") && !field.equals("host"))
            .allMatch(line -> line.matches("(?s)(?:🔒 |[A-Z][A-Za-z ]*: ?|Command:|│|```$).*"));
        assertThat(part.codePoints().filter(c -> c != '\n').noneMatch(SafeText::isHidden)).isTrue();
      }
      assertThat(text.split("```", -1)).as("two fences").hasSize(3);
      assertThat(text).endsWith("\n```");
    }
  }

  @Test
  void theCommandComesLastAndKeepsItsLines() {
    ObjectNode request = Json.object().put("command", "cat <<E\n  *hi* @everyone\nE");
    assertThat(ApprovalForwarder.question("q1", 60_000, request.put("cwd", "/srv")))
        .isEqualTo(
            """
            🔒 Exec approval required
            ID: q1
            Runs: words not named: a shell of the machine reads it
            CWD: /srv
            Expires in: 60s
            Reply with: /approve q1 allow-once|deny
            Command:
            ```
            │ cat <<E
            │   *hi* @everyone
            │ E
            ```\
            """);
  }

  private static List<String> chunks(String text) {
    return Stream.of(2_900, 3_800, 4_000)
        .flatMap(most -> TextChunks.of(text, most).stream())
        .toList();
  }

  @Test
  void anIdThatCouldBeAnotherCommandIsNotPutIntoOne() {
    ObjectNode request = Json.object().put("command", "ls");
    assertThat(ApprovalForwarder.question("v1 allow-once because x", 60_000, request))
        .contains("in a client or on the command line")
        .doesNotContain("/approve");
  }
}
