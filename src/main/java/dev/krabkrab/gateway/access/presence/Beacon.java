package dev.krabkrab.gateway.access.presence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The presence that a {@code system-event} reports. Protocol 01d §10.4, 03 §24.
 *
 * @param key presence key it belongs to
 * @param text the event's text, trimmed
 * @param entry fields of the presence entry it names
 */
record Beacon(String key, String text, ObjectNode entry) {
  private static final List<String> TEXTS =
      List.of("host", "ip", "version", "platform", "deviceFamily", "modelIdentifier", "mode");
  private static final int MAX_LIST = 64;
  private static final int KEY_FROM_TEXT = 64;

  /**
   * Reads parameters loosely: a field of the wrong type counts as absent.
   *
   * @param text the text parameter, trimmed and not empty
   */
  static Beacon of(String text, ObjectNode params) {
    ObjectNode parsed = BeaconText.parse(text);
    ObjectNode entry = Json.object();
    TEXTS.forEach(field -> put(entry, field, params, parsed));
    JsonNode idle = params.path("lastInputSeconds");
    if (idle.isNumber() && idle.canConvertToLong() && idle.asLong() >= 0) {
      entry.put("lastInputSeconds", idle.asLong());
    } else if (parsed.has("lastInputSeconds")) {
      entry.set("lastInputSeconds", parsed.get("lastInputSeconds"));
    }
    put(entry, "reason", params, parsed);
    entry.put("text", ConnectEntry.clip(text));
    put(entry, "deviceId", params, parsed);
    putAll(entry, "roles", params);
    putAll(entry, "scopes", params);
    put(entry, "instanceId", params, parsed);
    return new Beacon(key(text, entry, parsed), text, entry);
  }

  /** Lines that only repeat presence are not passed to the agent word by word. */
  boolean isNodeLine() {
    return text.startsWith("Node:");
  }

  private static String key(String text, ObjectNode entry, ObjectNode parsed) {
    for (String named :
        new String[] {
          Json.nonBlank(entry, "deviceId"),
          Json.nonBlank(entry, "instanceId"),
          Json.nonBlank(parsed, "host")
        }) {
      if (named != null) {
        return ConnectEntry.normalized(named);
      }
    }
    String ip = Json.nonBlank(parsed, "ip");
    String key = ip != null ? ip : text.substring(0, Math.min(text.length(), KEY_FROM_TEXT));
    return key.replaceAll("\\p{Cntrl}", " ");
  }

  private static void put(ObjectNode entry, String field, ObjectNode params, ObjectNode parsed) {
    String given = Json.nonBlank(params, field);
    @Nullable String value = given != null ? given : Json.nonBlank(parsed, field);
    if (value != null) {
      entry.put(field, ConnectEntry.clip(value));
    }
  }

  private static void putAll(ObjectNode entry, String field, ObjectNode params) {
    Set<String> values = new LinkedHashSet<>();
    for (JsonNode value : params.path(field)) {
      if (value.isTextual() && !value.textValue().isBlank() && values.size() < MAX_LIST) {
        values.add(ConnectEntry.clip(value.textValue().strip()));
      }
    }
    if (!values.isEmpty()) {
      entry.set(field, Json.texts(values));
    }
  }
}
