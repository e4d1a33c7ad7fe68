package dev.krabkrab.gateway.sessions;

import io.vertx.core.Future;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Walks through the sessions, the latest change first, until it has what was asked for. */
final class SessionLister {
  private static final int PAGE = 500;

  private final SessionStore store;

  SessionLister(SessionStore store) {
    this.store = store;
  }

  Future<List<SessionEntry>> list(SessionFilter filter) {
    String label = filter.label();
    if (label != null) {
      return store
          .keyOfLabel(label)
          .compose(
              key ->
                  key.isEmpty()
                      ? Future.succeededFuture(List.of())
                      : store
                          .find(key.get())
                          .map(
                              found ->
                                  found.stream()
                                      .filter(filter::matches)
                                      .filter(entry -> !filter.isPast(entry))
                                      .limit(filter.limit())
                                      .toList()));
    }
    return new Walk(filter).next(0);
  }

  /** A session that changes meanwhile moves to the front, and others one place back. */
  private final class Walk {
    private final SessionFilter filter;
    private final Map<String, SessionEntry> found = new LinkedHashMap<>();
    private final Set<String> seen = new HashSet<>();

    private Walk(SessionFilter filter) {
      this.filter = filter;
    }

    private Future<List<SessionEntry>> next(int from) {
      int count = filter.search() == null ? Math.min(PAGE, filter.limit()) : PAGE;
      return store
          .page(from, count)
          .compose(
              page ->
                  take(page) && page.size() == count
                      ? next(from + count)
                      : Future.succeededFuture(List.copyOf(found.values())));
    }

    /** False when there is no need to look further. */
    private boolean take(List<SessionEntry> page) {
      for (SessionEntry entry : page) {
        if (found.size() >= filter.limit() || filter.isPast(entry)) {
          return false;
        }
        if (seen.add(entry.key()) && filter.matches(entry)) {
          found.put(entry.key(), entry);
        }
      }
      return found.size() < filter.limit();
    }
  }
}
