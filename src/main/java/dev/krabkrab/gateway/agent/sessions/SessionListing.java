package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lists sessions. Rows come encoded from Redis and pass through as they are; only what is searched
 * for, or gets titles and last messages, is looked into. Protocol 04 §16.1.
 */
final class SessionListing {
  private static final String STORED_IN = "(redis)";
  private static final int SHORT_ID = 8;

  /** Redis answers nobody else meanwhile: some 45 ms. */
  private static final int PART = 10_000;

  /** An event loop does nothing else meanwhile: a few ms. */
  private static final int PART_LOOKED_INTO = 500;

  /** Titles and last messages are read for so many rows at a time. */
  private static final int ROWS = 200;

  private final SessionStore store;
  private final TranscriptReader reader;

  SessionListing(SessionStore store, TranscriptReader reader) {
    this.store = store;
    this.reader = reader;
  }

  /** The payload of {@code sessions.list}. */
  Future<JsonText> list(JsonNode params, SessionRules rules, long now) {
    Walk walk = new Walk(SessionFilter.of(params, now), rules, params);
    if (params.path("archived").asBoolean()) {
      // None is ever archived here.
      return Future.succeededFuture(walk.listing(now));
    }
    String label = walk.filter.label();
    Future<Void> walked =
        label == null
            ? walk.next("", "")
            : store
                .keyOfLabel(label)
                .compose(
                    key -> key.isEmpty() ? Future.succeededFuture() : walk.next(key.get(), ""));
    return walked.map(
        done -> {
          if (walk.count == 0) {
            // What an agent left behind that was taken out is listed still.
            rules.refuseUnknown(walk.filter.agent());
          }
          return walk.listing(now);
        });
  }

  /** The payload of {@code sessions.describe}. Protocol 05 §12. */
  Future<JsonText> describe(String key, JsonNode params, SessionRules rules, long now) {
    ObjectNode all = Json.object().put("includeGlobal", true).put("includeUnknown", true);
    Walk walk = new Walk(SessionFilter.of(all, now), rules, params);
    return walk.next(key, "")
        .map(
            done -> {
              if (walk.count == 0) {
                rules.refuseUnknown(rules.agentOfKey(key));
              }
              return JsonText.of("{\"session\":" + (walk.count == 0 ? "null" : walk.rows) + "}");
            });
  }

  private final class Walk {
    private final SessionFilter filter;
    private final SessionRules rules;
    private final boolean titles;
    private final boolean previews;
    private final Buffer rows = Buffer.buffer();
    private int count;

    private Walk(SessionFilter filter, SessionRules rules, JsonNode params) {
      this.filter = filter;
      this.rules = rules;
      this.titles = params.path("includeDerivedTitles").asBoolean();
      this.previews = params.path("includeLastMessage").asBoolean();
    }

    private boolean looksInto() {
      return filter.search() != null || titles || previews;
    }

    private Future<Void> next(String onlyKey, String after) {
      int limit = filter.search() == null ? filter.limit() - count : Integer.MAX_VALUE;
      return store
          .list(filter, onlyKey, after, looksInto() ? PART_LOOKED_INTO : PART, limit)
          .compose(
              part ->
                  take(part)
                      .compose(
                          taken ->
                              part.end().isEmpty() || count >= filter.limit()
                                  ? Future.succeededFuture()
                                  : next(onlyKey, part.end())));
    }

    private Future<Void> take(SessionRows part) {
      if (!looksInto()) {
        add(part.joined(rules), part.rows().size());
        return Future.succeededFuture();
      }
      List<ObjectNode> found = new ArrayList<>();
      for (JsonNode row :
          Json.parseObject("{\"rows\":[" + part.joined(rules) + "]}").path("rows")) {
        if (count + found.size() < filter.limit() && filter.isFound(row)) {
          found.add((ObjectNode) row);
        }
      }
      return ReadBatches.of(found, ROWS, this::completed)
          .map(
              rows -> {
                rows.forEach(row -> add(Buffer.buffer(Json.bytes(row)), 1));
                return null;
              });
    }

    private void add(Buffer more, int howMany) {
      if (howMany > 0) {
        rows.appendString(count == 0 ? "" : ",").appendBuffer(more);
        count += howMany;
      }
    }

    private Future<ObjectNode> completed(ObjectNode row) {
      Future<Void> titled = titles ? title(row) : Future.succeededFuture();
      Future<Void> previewed = previews ? lastMessage(row) : Future.succeededFuture();
      return Future.all(titled, previewed).map(row);
    }

    private JsonText listing(long now) {
      ObjectNode head = Json.object().put("ts", now).put("path", STORED_IN).put("count", count);
      head.putObject("defaults")
          .put("modelProvider", rules.model().provider())
          .put("model", rules.model().id())
          .put("contextTokens", rules.contextTokens());
      byte[] begin = Json.bytes(head);
      return JsonText.ofUtf8(
          Buffer.buffer(begin.length + rows.length() + 16)
              .appendBytes(begin, 0, begin.length - 1)
              .appendString(",\"sessions\":[")
              .appendBuffer(rows)
              .appendString("]}")
              .getBytes());
    }
  }

  private Future<Void> title(ObjectNode row) {
    String known = Json.textOrNull(row, "displayName");
    Future<String> title =
        known != null
            ? Future.succeededFuture(known)
            : reader
                .first(row.path("sessionId").asText())
                .map(
                    lines ->
                        Optional.ofNullable(Transcript.title(lines)).orElseGet(() -> name(row)));
    return title.map(
        text -> {
          row.put("derivedTitle", text);
          return null;
        });
  }

  private static String name(ObjectNode row) {
    String day = Instant.ofEpochMilli(row.path("updatedAt").asLong()).toString().substring(0, 10);
    String id = row.path("sessionId").asText();
    return id.substring(0, Math.min(id.length(), SHORT_ID)) + " (" + day + ")";
  }

  private Future<Void> lastMessage(ObjectNode row) {
    return reader
        .end(row.path("sessionId").asText())
        .map(
            lines -> {
              Json.putIfPresent(row, "lastMessagePreview", Transcript.lastWords(lines));
              return null;
            });
  }
}
