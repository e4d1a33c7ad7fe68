package dev.krabkrab.gateway.access.handshake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.access.auth.BootstrapToken;
import dev.krabkrab.gateway.access.auth.ClientKind;
import dev.krabkrab.gateway.access.auth.DeviceIdentity;
import dev.krabkrab.gateway.access.auth.Role;
import dev.krabkrab.gateway.access.auth.Scopes;
import dev.krabkrab.gateway.access.auth.SignedConnect;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of connect, read once. Protocol 01b §2.2, 05 §3.
 *
 * @param requestedScopes as sent: this is what the client signed
 * @param scopes effective ones, trimmed, with the default for an operator that requests none
 * @param token {@code auth.token}, empty when absent
 * @param bootstrapToken a one-time token: {@code auth.bootstrapToken} of protocol 4, or an {@code
 *     auth.token} with its prefix; empty when absent or beside a device token
 * @param deviceToken {@code auth.deviceToken} of protocol 4, empty when absent
 */
record ConnectParams(
    JsonNode raw,
    ProtocolVersion version,
    Role role,
    List<String> requestedScopes,
    List<String> scopes,
    @Nullable DeviceIdentity device,
    String token,
    String deviceToken,
    String bootstrapToken,
    String password,
    ClientKind kind) {

  static ConnectParams read(JsonNode raw, ProtocolVersion version, Role role) {
    JsonNode auth = raw.path("auth");
    List<String> requested = texts(raw.path("scopes"));
    List<String> effective = Scopes.normalise(requested);
    return new ConnectParams(
        raw,
        version,
        role,
        requested,
        effective.isEmpty() && role == Role.OPERATOR ? List.of("operator.admin") : effective,
        device(raw.path("device")),
        auth.path("token").asText(""),
        auth.path("deviceToken").asText(""),
        bootstrapToken(auth),
        auth.path("password").asText(""),
        ClientKind.of(
            raw.path("client").path("id").asText(), raw.path("client").path("mode").asText()));
  }

  boolean isV4() {
    return version == ProtocolVersion.V4;
  }

  JsonNode client() {
    return raw.path("client");
  }

  @Nullable String clientText(String field) {
    return Json.textOrNull(client(), field);
  }

  boolean hasSecret() {
    return !token.isEmpty() || !password.isEmpty();
  }

  /** What a device shows as its own token: protocol 3 has one place for both kinds. */
  String ownToken() {
    return deviceToken.isEmpty() ? token : deviceToken;
  }

  /** The token part of what the client signed: the first it sent. Protocol 05 §5.1. */
  private String signedToken() {
    if (!token.isEmpty()) {
      return token;
    }
    return deviceToken.isEmpty() ? raw.path("auth").path("bootstrapToken").asText("") : deviceToken;
  }

  SignedConnect signed() {
    return new SignedConnect(
        client().path("id").asText(),
        client().path("mode").asText(),
        role.wire(),
        requestedScopes,
        signedToken(),
        clientText("platform"),
        clientText("deviceFamily"));
  }

  ConnectParams withScopes(List<String> granted) {
    return new ConnectParams(
        raw,
        version,
        role,
        requestedScopes,
        granted,
        device,
        token,
        deviceToken,
        bootstrapToken,
        password,
        kind);
  }

  /** A device that knows its own token is past its first connect. */
  private static String bootstrapToken(JsonNode auth) {
    String token = auth.path("token").asText("");
    if (!auth.path("deviceToken").asText("").isEmpty()) {
      return "";
    }
    if (BootstrapToken.isOne(token)) {
      return token;
    }
    return token.isEmpty() ? auth.path("bootstrapToken").asText("") : "";
  }

  private static @Nullable DeviceIdentity device(JsonNode device) {
    if (!device.isObject()) {
      return null;
    }
    return new DeviceIdentity(
        device.path("id").asText(),
        device.path("publicKey").asText(),
        device.path("signature").asText(),
        device.path("signedAt").asLong(),
        Json.textOrNull(device, "nonce"));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }
}
