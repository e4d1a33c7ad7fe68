package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.jspecify.annotations.Nullable;

/**
 * Who resolved an approval: {@code kind} and {@code id} as protocol 05 §13.3 has them, which knows
 * devices and the system and names others by what they are here; besides the device, its label, the
 * user behind it and the instance it was connected to.
 */
final class Resolver {
  /** What the gateway's channels call themselves when somebody in a chat decides. */
  private static final String CHANNELS = "gateway-channels";

  private Resolver() {}

  /**
   * The JSON object as text.
   *
   * @param label what people call who decides
   */
  static String of(Caller by, String label, String instance) {
    ObjectNode json = of(by.deviceId(), by.clientId(), by.label());
    json.put("label", label);
    Json.putIfPresent(json, "user", by.user());
    return Json.text(json.put("instance", instance));
  }

  /** Kind and id of a device, or of who has none. */
  static ObjectNode of(@Nullable String device, @Nullable String clientId, String name) {
    return device != null
        ? Json.object().put("kind", "device").put("id", device).put("deviceId", device)
        : Json.object()
            .put("kind", CHANNELS.equals(clientId) ? "channel" : "runtime")
            .put("id", name);
  }
}
