package dev.krabkrab.gateway.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who connects, and how (Protocol 01b §2.2, 05 §5.1).
 *
 * @param device its identity
 * @param role {@code operator} or {@code node}
 * @param label the name people see
 * @param deviceToken from an earlier handshake, in place of the shared secret
 * @param protocol 3 or 4; 0 for either
 */
record Caller(
    Device device, String role, String label, @Nullable String deviceToken, int protocol) {
  static final String OPERATOR = "operator";
  static final String NODE = "node";

  private static final List<String> SCOPES =
      List.of(
          "operator.admin",
          "operator.read",
          "operator.write",
          "operator.approvals",
          "operator.pairing");
  private static final List<String> COMMANDS =
      List.of("system.run", "system.which", "system.notify");
  private static final String PLATFORM = "linux";

  private boolean isNode() {
    return role.equals(NODE);
  }

  /** The params of {@code connect} that answer a challenge. */
  ObjectNode connect(Endpoint endpoint, JsonNode challenge, long nowMs) {
    ObjectNode params = JsonNodeFactory.instance.objectNode();
    params.put("minProtocol", protocol == 0 ? 3 : protocol);
    params.put("maxProtocol", protocol == 0 ? 4 : protocol);
    params
        .putObject("client")
        .put("id", clientId())
        .put("displayName", label)
        .put("version", "1.0.0")
        .put("platform", PLATFORM)
        .put("mode", mode());
    params.put("role", role);
    scopes().forEach(params.putArray("scopes")::add);
    params.putArray("caps");
    if (isNode()) {
      COMMANDS.forEach(params.putArray("commands")::add);
    }
    String token = deviceToken != null ? deviceToken : endpoint.token();
    if (token != null) {
      params.putObject("auth").put("token", token);
    } else if (endpoint.password() != null) {
      params.putObject("auth").put("password", endpoint.password());
    }
    params.set("device", signed(token == null ? "" : token, challenge, nowMs));
    return params;
  }

  private ObjectNode signed(String token, JsonNode challenge, long nowMs) {
    long signedAt = challenge.path("ts").asLong(0) > 0 ? challenge.path("ts").asLong() : nowMs;
    String nonce = challenge.path("nonce").asText("");
    String text =
        String.join(
            "|",
            protocol == 3 ? "v2" : "v3",
            device.deviceId(),
            clientId(),
            mode(),
            role,
            String.join(",", scopes()),
            Long.toString(signedAt),
            token,
            nonce);
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", device.deviceId())
        .put("publicKey", device.publicKey())
        .put("signature", device.sign(protocol == 3 ? text : text + "|" + PLATFORM + "|"))
        .put("signedAt", signedAt)
        .put("nonce", nonce);
  }

  private List<String> scopes() {
    return isNode() ? List.of() : SCOPES;
  }

  private String clientId() {
    return isNode() ? "node-host" : "gateway-client";
  }

  private String mode() {
    return isNode() ? "node" : "backend";
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "Caller[" + role + " " + label + "]";
  }
}
