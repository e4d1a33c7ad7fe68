package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A message in a transcript.
 *
 * @param seq its place in the transcript, from 1; a shortened transcript counts anew
 * @param line as it is stored
 */
public record TranscriptMessage(int seq, ObjectNode line) {
  public String id() {
    return line.path("id").asText();
  }

  /** Characters of its texts and pictures. */
  public long length() {
    return length(line);
  }

  private static long length(JsonNode node) {
    long length = node.isTextual() ? node.textValue().length() : 0;
    for (JsonNode inner : node) {
      length += length(inner);
    }
    return length;
  }

  /** The message as {@code chat.history} shows it. */
  public ObjectNode shown() {
    return Transcript.shown((ObjectNode) line.get("message"));
  }

  /** The same as protocol 4 shows it. Protocol 05 §12. */
  public ObjectNode named() {
    ObjectNode named = Transcript.named(line);
    named.withObject("/__openclaw").put("seq", seq);
    return named;
  }
}
