package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.UnaryOperator;

/** The last things said in several sessions. Protocol 04 §16.2. */
final class SessionPreviews {
  private static final int MOST_KEYS = 64;
  private static final int AT_ONCE = 4;

  private final SessionStore sessions;
  private final TranscriptStore transcripts;

  SessionPreviews(SessionStore sessions, TranscriptStore transcripts) {
    this.sessions = sessions;
    this.transcripts = transcripts;
  }

  /**
   * The payload of {@code sessions.preview}.
   *
   * @param canonical makes a key canonical
   */
  Future<ObjectNode> of(
      List<String> keys, UnaryOperator<String> canonical, int limit, int maxChars, long now) {
    List<String> wanted = keys.stream().filter(key -> !key.isBlank()).limit(MOST_KEYS).toList();
    return ReadBatches.of(
            wanted, AT_ONCE, key -> preview(key, canonical.apply(key), limit, maxChars))
        .map(
            previews -> {
              ObjectNode json = Json.object().put("ts", now);
              json.putArray("previews").addAll(previews);
              return json;
            });
  }

  private Future<ObjectNode> preview(String key, String canonical, int limit, int maxChars) {
    return sessions
        .find(canonical)
        .compose(
            entry ->
                entry.isEmpty()
                    ? Future.succeededFuture(preview(key, "missing", Json.array()))
                    : transcripts
                        .range(entry.get().sessionId(), -limit, -1)
                        .map(lines -> Transcript.items(lines, limit, maxChars))
                        .map(items -> preview(key, items.isEmpty() ? "empty" : "ok", items)));
  }

  private static ObjectNode preview(String key, String status, ArrayNode items) {
    ObjectNode json = Json.object().put("key", key).put("status", status);
    json.set("items", items);
    return json;
  }
}
