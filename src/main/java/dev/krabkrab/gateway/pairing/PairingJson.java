package dev.krabkrab.gateway.pairing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import org.jspecify.annotations.Nullable;

/** Pairing records as clients see them: never with a token. Protocol 01c §6. */
public final class PairingJson {
  private PairingJson() {}

  /** A pending request; also the payload of {@code device.pair.requested}. */
  public static ObjectNode request(PairingRequest request) {
    ObjectNode json =
        Json.object()
            .put("requestId", request.requestId())
            .put("deviceId", request.deviceId())
            .put("publicKey", request.publicKey());
    facts(json, request.facts());
    json.put("role", request.role());
    json.set("roles", Json.texts(request.roles()));
    json.set("scopes", Json.texts(request.scopes()));
    return json.put("silent", request.silent())
        .put("isRepair", request.isRepair())
        .put("ts", request.ts());
  }

  /** Payload of {@code device.pair.resolved}. */
  public static JsonText resolved(String requestId, String deviceId, boolean approved, long atMs) {
    return JsonText.of(
        Json.object()
            .put("requestId", requestId)
            .put("deviceId", deviceId)
            .put("decision", approved ? "approved" : "rejected")
            .put("ts", atMs));
  }

  /** A paired device with its tokens as summaries. */
  public static ObjectNode device(PairedDevice device) {
    ObjectNode json =
        Json.object().put("deviceId", device.deviceId()).put("publicKey", device.publicKey());
    Json.putIfPresent(json, "label", device.label());
    facts(json, device.facts());
    json.put("role", device.role());
    json.set("roles", Json.texts(device.roles()));
    json.set("scopes", Json.texts(device.scopes()));
    if (!device.tokens().isEmpty()) {
      ArrayNode tokens = json.putArray("tokens");
      device.tokens().values().forEach(token -> tokens.add(summary(token)));
    }
    return json.put("createdAtMs", device.createdAtMs()).put("approvedAtMs", device.approvedAtMs());
  }

  private static ObjectNode summary(DeviceToken token) {
    ObjectNode json = Json.object().put("role", token.role());
    json.set("scopes", Json.texts(token.scopes()));
    json.put("createdAtMs", token.createdAtMs());
    putTime(json, "rotatedAtMs", token.rotatedAtMs());
    putTime(json, "revokedAtMs", token.revokedAtMs());
    putTime(json, "lastUsedAtMs", token.lastUsedAtMs());
    return json;
  }

  private static void facts(ObjectNode json, DeviceFacts facts) {
    Json.putIfPresent(json, "displayName", facts.displayName());
    Json.putIfPresent(json, "platform", facts.platform());
    Json.putIfPresent(json, "clientId", facts.clientId());
    Json.putIfPresent(json, "clientMode", facts.clientMode());
    Json.putIfPresent(json, "remoteIp", facts.remoteIp());
  }

  private static void putTime(ObjectNode json, String field, @Nullable Long time) {
    if (time != null) {
      json.put(field, time);
    }
  }
}
