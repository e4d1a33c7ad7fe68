package dev.krabkrab.gateway.access.pairing;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last approval of a device. Protocol 05 §14.
 *
 * @param via {@link ApprovedVia#wire}, or null when that was before it was kept
 * @param by the device of whoever approved it or made its one-time token, or null
 * @param byName how people know that one, or null
 * @param atMs milliseconds since 1970 by the clock of Redis
 */
public record Approval(
    @Nullable String via, @Nullable String by, @Nullable String byName, long atMs) {

  static Approval of(Map<String, String> fields) {
    return new Approval(
        fields.get("approvedVia"),
        fields.get("approvedBy"),
        fields.get("approvedByName"),
        Long.parseLong(fields.getOrDefault("approvedAtMs", "0")));
  }
}
