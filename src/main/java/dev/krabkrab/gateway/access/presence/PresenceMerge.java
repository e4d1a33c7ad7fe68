package dev.krabkrab.gateway.access.presence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.presence.PresenceLine.Kind;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Merges the lines of one key into the entry people see. Protocol 01d §10.2. */
final class PresenceMerge {
  /** A connect tells these anew, also by leaving them out. */
  private static final List<String> FORGOTTEN = List.of("ip", "deviceFamily", "modelIdentifier");

  private PresenceMerge() {}

  /**
   * Merges in order of time. While connections live, a row left by an earlier one says nothing.
   *
   * @param live lines of live connections
   * @param row beacon or leaving of the same key, or null
   */
  static ObjectNode merge(Collection<PresenceLine> live, @Nullable PresenceLine row) {
    List<PresenceLine> lines = new ArrayList<>(live);
    if (row != null && (live.isEmpty() || row.kind() == Kind.BEACON)) {
      lines.add(row);
    }
    lines.sort(Comparator.comparingLong(PresenceLine::ts).thenComparingLong(PresenceLine::version));
    ObjectNode merged = Json.object();
    for (PresenceLine line : lines) {
      ObjectNode entry = Json.parseObject(line.entry());
      if (line.kind() == Kind.GONE) {
        entry.put("reason", "disconnect");
      }
      merged = line.kind() == Kind.LIVE ? connect(merged, entry) : overlay(merged, entry);
    }
    return merged;
  }

  private static ObjectNode connect(ObjectNode before, ObjectNode entry) {
    JsonNode text = before.get("text");
    ObjectNode merged = overlay(before.without(FORGOTTEN), entry);
    if (text != null) {
      merged.set("text", text);
    }
    return merged;
  }

  /** The newer fields over the older; roles and scopes of both. */
  static ObjectNode overlay(ObjectNode older, ObjectNode newer) {
    ObjectNode merged = older.deepCopy();
    merged.setAll(newer);
    union(merged, "roles", older, newer);
    union(merged, "scopes", older, newer);
    return merged;
  }

  private static void union(ObjectNode into, String field, ObjectNode older, ObjectNode newer) {
    Set<String> all = new LinkedHashSet<>();
    older.path(field).forEach(value -> all.add(value.asText()));
    newer.path(field).forEach(value -> all.add(value.asText()));
    if (!all.isEmpty()) {
      into.set(field, Json.texts(all));
    }
  }
}
