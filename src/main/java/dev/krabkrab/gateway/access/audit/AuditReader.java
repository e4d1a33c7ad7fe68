package dev.krabkrab.gateway.access.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.access.audit.AuditHistory.Past;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks for entries, page after page. */
final class AuditReader {
  static final int MOST = 1_000;

  /** Pages read for one question, so that a rare match does not hold up everybody else. */
  private static final int MOST_PAGES = 20;

  private final AuditStore store;

  AuditReader(AuditStore store) {
    this.store = store;
  }

  /**
   * What is looked for.
   *
   * @param newestFirst the order, and the direction of the search
   * @param after id of the last entry that was seen, or null to begin
   * @param sinceMs first moment, epoch milliseconds, or null
   * @param untilMs last moment, epoch milliseconds, or null
   * @param action its wire name, or null for all
   * @param device who did it or whom it was done to, or null for all
   * @param limit entries at most, 1 to {@value #MOST}
   */
  record Query(
      boolean newestFirst,
      @Nullable String after,
      @Nullable Long sinceMs,
      @Nullable Long untilMs,
      @Nullable String action,
      @Nullable String device,
      int limit) {

    private String from() {
      return !newestFirst && after != null ? "(" + after : sinceMs == null ? "-" : "" + sinceMs;
    }

    private String to() {
      return newestFirst && after != null ? "(" + after : untilMs == null ? "+" : "" + untilMs;
    }

    private Query behind(String id) {
      return new Query(newestFirst, id, sinceMs, untilMs, action, device, limit);
    }

    private boolean everything() {
      return action == null && device == null;
    }
  }

  /** An entry with its content; the content is null when it cannot be read. */
  record Row(AuditEntry entry, @Nullable JsonNode content) {}

  /**
   * What was found.
   *
   * @param next where to go on, or null at the end
   */
  record Found(List<Row> rows, @Nullable String next, AuditLink head, AuditLink anchor) {}

  Future<Found> find(Query query) {
    return find(query, new ArrayList<>(), MOST_PAGES);
  }

  /** See {@link AuditHistory#latest}. */
  Future<Past> latest(AuditAction action, long sinceMs, @Nullable String cursor, int most) {
    return latest(action, sinceMs, new Past(new ArrayList<>(), cursor), most, MOST_PAGES);
  }

  private Future<Past> latest(AuditAction action, long sinceMs, Past so, int most, int looks) {
    String to = so.next() == null ? "+" : "(" + so.next();
    int wanted = most - so.entries().size();
    return store
        .lookBack("" + sinceMs, to, "\"action\":\"" + action.wire() + "\"", wanted, MOST)
        .compose(
            seen -> {
              Past far = new Past(so.entries(), seen.last());
              seen.texts().stream()
                  .map(Json::tryParse)
                  .filter(entry -> entry != null && isOf(action, entry))
                  .forEach(far.entries()::add);
              return seen.last() == null || far.entries().size() >= most || looks == 1
                  ? Future.succeededFuture(far)
                  : latest(action, sinceMs, far, most, looks - 1);
            });
  }

  private static boolean isOf(AuditAction action, JsonNode entry) {
    return entry.path("action").asText().equals(action.wire());
  }

  private Future<Found> find(Query query, List<Row> rows, int pages) {
    int count = query.everything() ? query.limit() : MOST;
    return store
        .page(query.newestFirst(), query.from(), query.to(), count)
        .compose(
            page -> {
              String last = query.after();
              for (AuditEntry entry : page.entries()) {
                Row row = new Row(entry, Json.tryParse(entry.text()));
                last = entry.id();
                if (fits(query, row)) {
                  rows.add(row);
                  if (rows.size() == query.limit()) {
                    return found(rows, last, page);
                  }
                }
              }
              if (page.entries().size() < count || last == null) {
                return found(rows, null, page);
              }
              return pages == 1
                  ? found(rows, last, page)
                  : find(query.behind(last), rows, pages - 1);
            });
  }

  private static Future<Found> found(List<Row> rows, @Nullable String next, AuditPage page) {
    return Future.succeededFuture(new Found(rows, next, page.head(), page.anchor()));
  }

  /** What cannot be read fits everything: nobody hides an entry by breaking it. */
  private static boolean fits(Query query, Row row) {
    JsonNode content = row.content();
    if (content == null) {
      return true;
    }
    boolean action =
        query.action() == null || query.action().equals(content.path("action").asText());
    boolean device =
        query.device() == null
            || query.device().equals(content.at("/actor/device").asText())
            || query.device().equals(content.at("/details/device").asText())
            || query.device().equals(content.at("/details/node").asText());
    return action && device;
  }
}
