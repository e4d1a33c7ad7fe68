package dev.krabkrab.gateway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;

/**
 * What a client says about itself when it connects.
 *
 * @param protocol the only version it speaks, 3 or 4
 */
public record Profile(
    String clientId, String role, List<String> scopes, List<String> commands, int protocol) {

  public static Profile operator(int protocol, String... scopes) {
    return new Profile("cli", "operator", List.of(scopes), List.of(), protocol);
  }

  public static Profile approver(int protocol) {
    return operator(protocol, "operator.read", "operator.approvals");
  }

  public static Profile admin() {
    return operator(
        3,
        "operator.admin",
        "operator.read",
        "operator.write",
        "operator.approvals",
        "operator.pairing");
  }

  public static Profile node() {
    return new Profile("node-host", "node", List.of(), List.of("system.which", "system.run"), 3);
  }

  /** The params of {@code connect}, signed in the layout of the protocol's own clients. */
  public ObjectNode connectParams(TestDevice device, JsonNode challenge, String token) {
    String mode = role.equals("node") ? "node" : "cli";
    ObjectNode params = Json.object().put("minProtocol", protocol).put("maxProtocol", protocol);
    params
        .putObject("client")
        .put("id", clientId)
        .put("version", "1.0.0")
        .put("platform", "linux")
        .put("mode", mode);
    params.put("role", role);
    scopes.forEach(params.putArray("scopes")::add);
    if (!commands.isEmpty()) {
      params.putArray("caps").add("system");
      commands.forEach(params.putArray("commands")::add);
    }
    params.putObject("auth").put("token", token);
    String nonce = challenge.path("nonce").asText();
    long signedAt = challenge.path("ts").asLong();
    String text =
        String.join(
            "|",
            protocol == 3 ? "v2" : "v3",
            device.id(),
            clientId,
            mode,
            role,
            String.join(",", scopes),
            Long.toString(signedAt),
            token,
            nonce);
    params
        .putObject("device")
        .put("id", device.id())
        .put("publicKey", device.publicKey())
        .put("signature", device.sign(protocol == 3 ? text : text + "|linux|"))
        .put("signedAt", signedAt)
        .put("nonce", nonce);
    return params;
  }
}
