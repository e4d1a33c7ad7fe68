package dev.krabkrab.gateway.access.pairing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The facts that a device declares, and where it was seen; each may be unknown. Protocol 01c §6.1.
 */
public record DeviceFacts(
    @Nullable String displayName,
    @Nullable String platform,
    @Nullable String deviceFamily,
    @Nullable String clientId,
    @Nullable String clientMode,
    @Nullable String remoteIp,
    DeclaredFacts declared) {

  /** The names under which they are stored. */
  static List<String> names() {
    return List.of(
        "displayName",
        "platform",
        "deviceFamily",
        "clientId",
        "clientMode",
        "remoteIp",
        "version",
        "modelIdentifier",
        "caps",
        "commands",
        "permissions");
  }

  static DeviceFacts of(Map<String, String> fields) {
    return new DeviceFacts(
        fields.get("displayName"),
        fields.get("platform"),
        fields.get("deviceFamily"),
        fields.get("clientId"),
        fields.get("clientMode"),
        fields.get("remoteIp"),
        DeclaredFacts.of(fields));
  }

  DeviceFacts withoutDeclared() {
    return new DeviceFacts(
        displayName, platform, deviceFamily, clientId, clientMode, remoteIp, DeclaredFacts.NONE);
  }

  /** Name, value pairs of the known ones. */
  List<String> pairs() {
    var pairs = new ArrayList<String>();
    add(pairs, "displayName", displayName);
    add(pairs, "platform", platform);
    add(pairs, "deviceFamily", deviceFamily);
    add(pairs, "clientId", clientId);
    add(pairs, "clientMode", clientMode);
    add(pairs, "remoteIp", remoteIp);
    declared.addTo(pairs);
    return pairs;
  }

  static void add(List<String> pairs, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      pairs.add(name);
      pairs.add(value);
    }
  }
}
