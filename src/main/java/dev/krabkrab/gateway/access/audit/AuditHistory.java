package dev.krabkrab.gateway.access.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what was entered of one action, for those who show it as a history of their own. */
@FunctionalInterface
public interface AuditHistory {
  /**
   * Part of it.
   *
   * @param entries their content, the newest first
   * @param next where to go on, or null at the end
   */
  record Past(List<JsonNode> entries, @Nullable String next) {}

  /**
   * Reads the newest entries of an action. It looks at a bounded number of entries: there may be
   * fewer than asked for, and still more to come.
   *
   * @param sinceMs none older than this, epoch milliseconds
   * @param cursor {@link Past#next} of the part before, or null for the first
   * @param most entries at most
   */
  Future<Past> latest(AuditAction action, long sinceMs, @Nullable String cursor, int most);
}
