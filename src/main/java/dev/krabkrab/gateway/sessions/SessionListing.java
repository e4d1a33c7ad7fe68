package dev.krabkrab.gateway.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Lists sessions, with titles and last messages for those who ask. Protocol 04 §16.1. */
final class SessionListing {
  private static final String STORED_IN = "(redis)";
  private static final int SHORT_ID = 8;

  /** Titles and last messages are read for so many rows at a time. */
  private static final int ROWS = 200;

  private final SessionLister lister;
  private final TranscriptReader reader;

  SessionListing(SessionLister lister, TranscriptReader reader) {
    this.lister = lister;
    this.reader = reader;
  }

  /** The payload of {@code sessions.list}. */
  Future<ObjectNode> list(JsonNode params, SessionRules current, long now) {
    boolean titles = params.path("includeDerivedTitles").asBoolean();
    boolean previews = params.path("includeLastMessage").asBoolean();
    return lister
        .list(SessionFilter.of(params, now))
        .compose(
            entries ->
                Portions.of(entries, ROWS, entry -> row(entry, current, titles, previews))
                    .map(rows -> listing(rows, current, now)));
  }

  private static ObjectNode listing(List<ObjectNode> rows, SessionRules rules, long now) {
    ObjectNode json = Json.object().put("ts", now).put("path", STORED_IN).put("count", rows.size());
    json.putObject("defaults")
        .put("modelProvider", rules.model().provider())
        .put("model", rules.model().id())
        .put("contextTokens", rules.contextTokens());
    json.putArray("sessions").addAll(rows);
    return json;
  }

  private Future<ObjectNode> row(
      SessionEntry entry, SessionRules current, boolean titles, boolean previews) {
    ObjectNode row = SessionRow.of(entry, current);
    Future<Void> titled = titles ? title(entry, row) : Future.succeededFuture();
    Future<Void> previewed = previews ? lastMessage(entry, row) : Future.succeededFuture();
    return Future.all(titled, previewed).map(row);
  }

  private Future<Void> title(SessionEntry entry, ObjectNode row) {
    String known = entry.displayName();
    Future<String> title =
        known != null
            ? Future.succeededFuture(known)
            : reader
                .first(entry.sessionId())
                .map(
                    lines ->
                        Optional.ofNullable(Transcript.title(lines)).orElseGet(() -> name(entry)));
    return title.map(
        text -> {
          row.put("derivedTitle", text);
          return null;
        });
  }

  private static String name(SessionEntry entry) {
    String day = Instant.ofEpochMilli(entry.updatedAt()).toString().substring(0, 10);
    String id = entry.sessionId();
    return id.substring(0, Math.min(id.length(), SHORT_ID)) + " (" + day + ")";
  }

  private Future<Void> lastMessage(SessionEntry entry, ObjectNode row) {
    return reader
        .end(entry.sessionId())
        .map(
            lines -> {
              Json.putIfPresent(row, "lastMessagePreview", Transcript.lastWords(lines));
              return null;
            });
  }
}
