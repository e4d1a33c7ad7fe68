package dev.krabkrab.gateway.approvals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.Json;

/**
 * Who ended an approval, as clients of the kind-neutral methods are told. Protocol 05 §13.3 knows
 * devices and the system; others are named by what they are here.
 */
final class Resolver {
  /** What the gateway's channels call themselves when somebody in a chat decides. */
  private static final String CHANNELS = "gateway-channels";

  private Resolver() {}

  /** The JSON object as text. */
  static String of(Caller by) {
    String device = by.deviceId();
    if (device != null) {
      return text("device", device);
    }
    return text(by.clientId().equals(CHANNELS) ? "channel" : "runtime", by.label());
  }

  private static String text(String kind, String id) {
    ObjectNode json = Json.object().put("kind", kind).put("id", id);
    return Json.text(json);
  }
}
