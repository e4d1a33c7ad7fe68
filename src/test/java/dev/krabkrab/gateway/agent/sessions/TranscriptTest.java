package dev.krabkrab.gateway.agent.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Transcripts as people see them. Protocol 04 §8, §16. */
class TranscriptTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[Sat 2026-11-21 20:32 UTC] hi there | hi there",
        "[Telegram Ann id:7 2026-11-21T21:04Z] hi | hi",
        "[WhatsApp Ann] hi | hi",
        "[note] hi | [note] hi",
        "hi [2026-11-21 20:32] | hi [2026-11-21 20:32]",
        "[Telegraph] hi | [Telegraph] hi",
      })
  void theEnvelopeOfAChannelIsNotShown(String stored, String shown) {
    assertThat(Transcript.text(Transcript.shown(said("user", stored)))).isEqualTo(shown);
    assertThat(Transcript.text(Transcript.shown(said("assistant", stored)))).isEqualTo(stored);
  }

  @Test
  void linesThatNameAMessageAreNotShown() {
    ObjectNode message = said("user", "[Slack #x] one\n[message_id: k1]\ntwo\n[message_id: k2]");
    assertThat(Transcript.text(Transcript.shown(message))).isEqualTo("one\ntwo");
  }

  @Test
  void theTitleIsWhatAUserSaidFirst() {
    String words = "a long question about many things that does not fit into a title at all";
    assertThat(
            Transcript.title(
                List.of("{}", line(said("assistant", "x")), line(said("user", words)))))
        .isEqualTo("a long question about many things that does not fit into a…");
    assertThat(Transcript.title(List.of(line(said("assistant", "x"))))).isNull();
    assertThat(Transcript.title(List.of(line(said("user", "x".repeat(100)))))).hasSize(60);
  }

  @Test
  void aPreviewNamesCallsAndMedia() {
    List<String> lines =
        List.of(
            "{type:'session'}",
            "{type:'message',message:{role:'assistant',content:[{type:'toolCall',name:'a'},"
                + "{type:'toolCall',name:'b'},{type:'toolCall',name:'c'}]}}",
            "{type:'message',message:{role:'toolResult',content:[{type:'text',text:'out'}]}}",
            "{type:'message',message:{role:'user',content:[{type:'image',data:'x'}]}}",
            "{type:'message',message:{role:'assistant',content:'0123456789012345678901234'}}");
    List<String> json = lines.stream().map(text -> Json.text(Json5.parse(text))).toList();

    assertThat(Transcript.items(json, 3, 20))
        .extracting(item -> item.path("role").asText() + " " + item.path("text").asText())
        .containsExactly("tool out", "user [image]", "assistant 01234567890123456...");
    assertThat(Transcript.items(json, 50, 20).get(0).path("text").asText())
        .isEqualTo("call a, b +1");
  }

  private static ObjectNode said(String role, String text) {
    ObjectNode message = Json.object().put("role", role);
    message.putArray("content").addObject().put("type", "text").put("text", text);
    return message;
  }

  private static String line(ObjectNode message) {
    ObjectNode line = Json.object().put("type", "message");
    line.set("message", message);
    return Json.text(line);
  }
}
