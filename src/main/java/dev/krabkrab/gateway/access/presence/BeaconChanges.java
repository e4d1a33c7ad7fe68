package dev.krabkrab.gateway.access.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The changes in a beacon that an agent is notified of. Protocol 03 §24.
 *
 * @param full text that names the node, for an agent that last heard of something else; may be
 *     empty
 * @param brief text for one that last heard of the same node; may be empty
 */
record BeaconChanges(String full, String brief) {
  private static final String DOT = " · ";

  /**
   * Compares the entry before and after.
   *
   * @param before entry of the same key, or null when it is new
   */
  static BeaconChanges of(@Nullable ObjectNode before, ObjectNode after) {
    String reason = text(after, "reason", "event");
    List<String> changes = new ArrayList<>();
    if (differs(before, after, "version")) {
      changes.add("app " + text(after, "version", "unknown"));
    }
    if (differs(before, after, "mode")) {
      changes.add("mode " + text(after, "mode", "unknown"));
    }
    if (differs(before, after, "reason") && !isRoutine(reason)) {
      changes.add("reason " + reason);
    }
    boolean moved = differs(before, after, "host") || differs(before, after, "ip");
    if (!moved && changes.isEmpty()) {
      return new BeaconChanges("", "");
    }
    String ip = Json.nonBlank(after, "ip");
    String name = "Node: " + text(after, "host", "Unknown") + (ip == null ? "" : " (" + ip + ")");
    String brief = String.join(DOT, changes);
    String full = changes.isEmpty() ? name : name + DOT + brief;
    return new BeaconChanges(full, moved ? full : brief);
  }

  private static boolean isRoutine(String reason) {
    String lower = reason.toLowerCase(Locale.ROOT);
    return lower.startsWith("periodic") || lower.equals("heartbeat");
  }

  private static boolean differs(@Nullable ObjectNode before, ObjectNode after, String field) {
    return !Objects.equals(Json.textOrNull(before, field), Json.textOrNull(after, field));
  }

  private static String text(ObjectNode entry, String field, String otherwise) {
    String text = Json.nonBlank(entry, field);
    return text == null ? otherwise : text;
  }
}
