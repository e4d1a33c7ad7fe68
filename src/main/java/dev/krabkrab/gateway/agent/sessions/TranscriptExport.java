package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hands out a transcript from its beginning, page by page, all of it. A page is as old as its
 * reading; what is added meanwhile comes with the pages behind it. Docs: protocol/sessions-export.
 */
final class TranscriptExport {
  private static final int LINES = 500;

  /** Of one page. A line alone may be more. */
  private static final int BYTES = 1_000_000;

  private static final Pattern CURSOR =
      Pattern.compile("([A-Za-z0-9._-]{1,128}):(\\d{1,9}):([0-9a-f]{40})");

  private final SessionStore sessions;
  private final TranscriptStore transcripts;

  TranscriptExport(SessionStore sessions, TranscriptStore transcripts) {
    this.sessions = sessions;
    this.transcripts = transcripts;
  }

  private record Place(String sessionId, int read, String last) {}

  /**
   * The payload of {@code sessions.export}.
   *
   * @param key canonical
   */
  Future<ObjectNode> page(String key, JsonNode params) {
    String cursor = Json.textOrNull(params, "cursor");
    Future<Place> place = cursor == null ? begin(key) : Future.succeededFuture(place(cursor));
    int limit = Math.min(LINES, params.path("limit").asInt(LINES));
    boolean stored = params.path("stored").asBoolean();
    return place.compose(
        from ->
            transcripts
                .page(from.sessionId(), from.read(), from.last(), limit, BYTES)
                .map(page -> payload(key, from, page, stored)));
  }

  private Future<Place> begin(String key) {
    return sessions
        .find(key)
        .map(
            entry ->
                new Place(
                    entry
                        .orElseThrow(() -> GatewayError.invalid("No session found: " + key))
                        .sessionId(),
                    0,
                    ""));
  }

  private static Place place(String cursor) {
    Matcher parts = CURSOR.matcher(cursor);
    if (!parts.matches()) {
      throw GatewayError.invalid("invalid cursor: send the next of the page before");
    }
    return new Place(parts.group(1), Integer.parseInt(parts.group(2)), parts.group(3));
  }

  private static ObjectNode payload(
      String key, Place from, Optional<TranscriptStore.Page> found, boolean stored) {
    TranscriptStore.Page page =
        found.orElseThrow(
            () ->
                GatewayError.invalid(
                    "the transcript was shortened or deleted meanwhile; begin again without"
                        + " cursor"));
    ObjectNode json =
        Json.object()
            .put("key", key)
            .put("sessionId", from.sessionId())
            .put("from", from.read())
            .put("total", page.total());
    ArrayNode lines = json.putArray("lines");
    page.lines().forEach(line -> lines.add(stored ? parsed(line) : shown(line)));
    int read = from.read() + page.lines().size();
    if (read < page.total() && !page.lines().isEmpty()) {
      json.put("next", from.sessionId() + ":" + read + ":" + page.last());
    }
    return json;
  }

  /** A line that is no JSON, which nothing here writes, comes as a text. */
  private static JsonNode parsed(String line) {
    JsonNode parsed = Json.tryParse(line);
    return parsed == null ? Json.mapper().getNodeFactory().textNode(line) : parsed;
  }

  private static JsonNode shown(String line) {
    JsonNode parsed = parsed(line);
    if (parsed instanceof ObjectNode whole && whole.path("message") instanceof ObjectNode message) {
      whole.set("message", Transcript.shown(message));
    }
    return parsed;
  }
}
