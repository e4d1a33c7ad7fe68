package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The {@code auth} part of one connect attempt (Protocol 01b §2.2, 05 §3.1).
 *
 * @param token shared token, or a device token where protocol 3 clients put it
 * @param deviceToken device token in the field of protocol 4
 * @param password shared password; never part of the signature
 */
record Credentials(
    @Nullable String token, @Nullable String deviceToken, @Nullable String password) {

  static Credentials shared(ClientSettings settings) {
    return new Credentials(settings.token(), null, settings.password());
  }

  /** The token the signature covers, or an empty text. */
  String signedToken() {
    if (token != null && !token.isEmpty()) {
      return token;
    }
    return deviceToken == null ? "" : deviceToken;
  }

  ObjectNode toJson() {
    ObjectNode auth = Json.object();
    if (token != null) {
      auth.put("token", token);
    }
    if (deviceToken != null) {
      auth.put("deviceToken", deviceToken);
    }
    if (password != null) {
      auth.put("password", password);
    }
    return auth;
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "Credentials[]";
  }
}
