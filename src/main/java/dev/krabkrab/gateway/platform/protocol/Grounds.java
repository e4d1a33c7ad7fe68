package dev.krabkrab.gateway.platform.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What the rights of a caller rest on: when one of these is gone, so are they, and whatever was
 * asked for by them ends.
 *
 * @param deviceId paired device it came as, or null
 * @param generation of that device when it was let in
 * @param credential id of the named token or user it came with, or null
 * @param expiresAtMs when that credential ends, milliseconds since 1970; {@link #NEVER} without an
 *     end
 */
public record Grounds(
    @Nullable String deviceId, long generation, @Nullable String credential, long expiresAtMs) {
  /** No end. */
  public static final long NEVER = Long.MAX_VALUE;

  /** Of somebody inside the gateway, or with nothing but the shared secret. */
  public static final Grounds NONE = new Grounds(null, 0, null, NEVER);

  /** The same without an end, for work that goes on by itself. */
  public Grounds lasting() {
    return new Grounds(deviceId, generation, credential, NEVER);
  }

  /** Whether this rests on a device as it was before it lost rights in one of its roles. */
  public boolean isBefore(String device, long newerGeneration) {
    return device.equals(deviceId) && generation < newerGeneration;
  }

  /** For the store. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object();
    if (deviceId != null) {
      json.put("deviceId", deviceId).put("generation", generation);
    }
    Json.putIfPresent(json, "credential", credential);
    if (expiresAtMs != NEVER) {
      json.put("expiresAtMs", expiresAtMs);
    }
    return json;
  }

  /** Reads it back. */
  public static Grounds of(JsonNode json) {
    return new Grounds(
        Json.textOrNull(json, "deviceId"),
        json.path("generation").asLong(),
        Json.textOrNull(json, "credential"),
        json.path("expiresAtMs").asLong(NEVER));
  }
}
