package dev.krabkrab.gateway.access.pairing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pairing records as clients see them: never with a token. Protocol 01c §6. */
public final class PairingJson {
  private final CommandsAllowed commands;

  /**
   * @param commands the commands that the settings allow
   */
  public PairingJson(CommandsAllowed commands) {
    this.commands = commands;
  }

  /** The declared commands of a node that the settings allow once it is approved. */
  @FunctionalInterface
  public interface CommandsAllowed {
    List<String> of(
        @Nullable String platform, @Nullable String deviceFamily, List<String> declared);
  }

  /** A pending request with all that helps to decide it. */
  ObjectNode request(PairingRequest request) {
    ObjectNode json = plainRequest(request);
    DeviceFacts facts = request.facts();
    declared(json, facts, request.roles().contains(Role.NODE.wire()));
    return json.put("comparisonCode", ComparisonCode.of(request.publicKey(), request.requestId()));
  }

  /** The same as protocol 3 knows it. */
  static ObjectNode plainRequest(PairingRequest request) {
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

  /** The same of a device that was let in without a question, with what it may do now. */
  static JsonText approvedSilently(
      String requestId, PairedDevice device, ApprovedVia via, long atMs) {
    ObjectNode json =
        Json.object()
            .put("requestId", requestId)
            .put("deviceId", device.deviceId())
            .put("decision", "approved")
            .put("ts", atMs)
            .put("via", via.wire());
    facts(json, device.facts());
    json.put("role", device.role());
    json.set("scopes", Json.texts(device.scopesAs(device.role())));
    return JsonText.of(json);
  }

  /**
   * A paired device with its tokens as summaries.
   *
   * @param connected whether it is connected now
   */
  ObjectNode device(PairedDevice device, boolean connected) {
    return device(device).put("connected", connected);
  }

  /** The same where it does not matter whether it is connected. */
  ObjectNode device(PairedDevice device) {
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
    json.put("createdAtMs", device.createdAtMs()).put("approvedAtMs", device.approvedAtMs());
    Approval approval = device.approval();
    Json.putIfPresent(json, "approvedVia", approval.via());
    if (approval.by() != null || approval.byName() != null) {
      ObjectNode by = json.putObject("approvedBy");
      Json.putIfPresent(by, "deviceId", approval.by());
      Json.putIfPresent(by, "name", approval.byName());
    }
    declared(json, device.facts(), device.roles().contains(Role.NODE.wire()));
    if (device.lastSeenAtMs() > 0) {
      json.put("lastSeenAtMs", device.lastSeenAtMs());
    }
    return json;
  }

  private void declared(ObjectNode json, DeviceFacts facts, boolean node) {
    DeclaredFacts declared = facts.declared();
    Json.putIfPresent(json, "deviceFamily", facts.deviceFamily());
    Json.putIfPresent(json, "version", declared.version());
    Json.putIfPresent(json, "modelIdentifier", declared.modelIdentifier());
    if (!declared.caps().isEmpty()) {
      json.set("caps", Json.texts(declared.caps()));
    }
    if (!declared.permissions().isEmpty()) {
      json.set("permissions", declared.json());
    }
    if (!declared.commands().isEmpty()) {
      json.set("commands", Json.texts(declared.commands()));
      if (node) {
        json.set(
            "allowedCommands",
            Json.texts(commands.of(facts.platform(), facts.deviceFamily(), declared.commands())));
      }
    }
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

  /** In protocol 4 a token is sent only to the device it belongs to. Protocol 05 §14. */
  static ObjectNode rotation(Caller caller, String deviceId, PairingService.Rotation rotation) {
    DeviceToken token = rotation.token();
    ObjectNode json = Json.object().put("deviceId", deviceId).put("role", token.role());
    boolean own = deviceId.equals(caller.deviceId());
    // A device token would outlive a named token that is withdrawn.
    boolean withheld = caller.credential() != null;
    if (caller.isV4()) {
      json.put("tokenDelivery", own && !withheld ? "in-band" : "withheld-cross-device");
    }
    if (!withheld && (own || !caller.isV4())) {
      json.put("token", rotation.text());
    }
    json.set("scopes", Json.texts(token.scopes()));
    return json.put("rotatedAtMs", token.issuedAtMs());
  }
}
