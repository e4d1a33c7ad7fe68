package dev.krabkrab.gateway.access.presence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The presence entry and key of a connection. Protocol 01d §10.2. */
final class ConnectEntry {
  /** Longest text shown, in characters; everybody receives every entry. */
  static final int MAX_TEXT = 256;

  private static final int MAX_SCOPES = 64;

  private ConnectEntry() {}

  /** One-shot command lines come and go too fast to be worth showing. */
  static boolean tracked(Caller caller) {
    return !caller.clientMode().strip().equalsIgnoreCase("cli");
  }

  static String key(Caller caller) {
    String device = caller.deviceId();
    String instance = caller.instanceId();
    if (device != null && !device.isBlank()) {
      return normalized(device);
    }
    return normalized(instance != null && !instance.isBlank() ? instance : caller.connId());
  }

  /** Lower-cased, trimmed, bounded and free of control characters. */
  static String normalized(String key) {
    return clip(key.strip().toLowerCase(Locale.ROOT)).replaceAll("\\p{Cntrl}", " ");
  }

  /** The entry without its time. */
  static ObjectNode of(Caller caller) {
    String name = caller.displayName();
    String host = name != null && !name.isBlank() ? name : caller.clientId();
    ObjectNode entry = Json.object().put("host", clip(host.strip()));
    put(entry, "ip", caller.remoteIp());
    put(entry, "version", caller.clientVersion());
    put(entry, "platform", caller.platform());
    put(entry, "deviceFamily", caller.deviceFamily());
    put(entry, "modelIdentifier", caller.modelIdentifier());
    put(entry, "mode", caller.clientMode());
    entry.put("reason", "connect");
    entry.put(
        "text", clip(SafeText.line("Node: " + host.strip() + " · mode " + caller.clientMode())));
    String user = caller.user();
    if (user != null) {
      entry.set("tags", Json.texts(List.of(clip(user))));
    }
    put(entry, "deviceId", caller.deviceId());
    entry.set("roles", Json.texts(List.of(caller.role())));
    List<String> scopes =
        caller.scopes().stream().limit(MAX_SCOPES).map(ConnectEntry::clip).toList();
    if (!scopes.isEmpty()) {
      entry.set("scopes", Json.texts(scopes));
    }
    put(entry, "instanceId", caller.deviceId() != null ? caller.deviceId() : caller.instanceId());
    return entry;
  }

  static String clip(String text) {
    if (text.length() <= MAX_TEXT) {
      return text;
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(MAX_TEXT - 1));
    return text.substring(0, splitsPair ? MAX_TEXT - 1 : MAX_TEXT);
  }

  private static void put(ObjectNode entry, String field, @Nullable String value) {
    if (value != null && !value.isBlank()) {
      entry.put(field, clip(value));
    }
  }
}
