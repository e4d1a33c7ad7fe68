package dev.krabkrab.gateway.access.auth;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The literal words of an authentication refusal. Clients recognise some of them, so they are part
 * of the wire contract. Protocol 01b §4.3, 05 §6.
 */
public final class AuthFailureText {
  private AuthFailureText() {}

  /** Error message; the close reason is the same, cut to 120 bytes. */
  public static String message(AuthFailure failure, ClientKind client) {
    return "unauthorized"
        + switch (failure) {
          case TOKEN_MISSING -> ": gateway token missing (" + tokenHint(client) + ")";
          case TOKEN_MISMATCH -> ": gateway token mismatch (" + tokenHint(client) + ")";
          case TOKEN_NOT_CONFIGURED ->
              ": gateway token not configured on gateway (set gateway.auth.token)";
          case PASSWORD_MISSING -> ": gateway password missing (" + passwordHint(client) + ")";
          case PASSWORD_MISMATCH -> ": gateway password mismatch (" + passwordHint(client) + ")";
          case PASSWORD_NOT_CONFIGURED ->
              ": gateway password not configured on gateway (set gateway.auth.password)";
          case DEVICE_TOKEN_MISMATCH -> ": device token mismatch (rotate/reissue device token)";
          case BOOTSTRAP_TOKEN_INVALID ->
              ": bootstrap token invalid (wrong, used or expired; create another)";
          case IDENTITY_HEADER_REQUIRED ->
              ": no user named by a trusted proxy (connect through the proxy that signs users in)";
          case VERIFIED_USER_REQUIRED -> ": this user is not allowed (gateway.auth.*.allowUsers)";
          case TOKEN_EXPIRED -> ": gateway token expired (sign in again and use the new one)";
          case TOKEN_NOT_TRUSTED ->
              ": gateway token not trusted (the log of the gateway says what is wrong with it)";
          case SCOPE_MISMATCH -> ": device token does not cover the requested scopes";
          case RATE_LIMITED -> ": too many failed authentication attempts (retry later)";
          case UNAUTHORIZED -> "";
        };
  }

  /**
   * {@code error.details} for protocol 4.
   *
   * @param mayRetryWithDeviceToken the client presented a device and the wrong secret came in
   *     {@code auth.token}
   */
  public static ObjectNode details(AuthFailure failure, boolean mayRetryWithDeviceToken) {
    ObjectNode details =
        JsonNodeFactory.instance
            .objectNode()
            .put("code", failure.code())
            .put("authReason", failure.authReason());
    if (failure == AuthFailure.TOKEN_MISMATCH && mayRetryWithDeviceToken) {
      return details
          .put("canRetryWithDeviceToken", true)
          .put("recommendedNextStep", AuthFailure.NextStep.RETRY_WITH_DEVICE_TOKEN.wire());
    }
    return details.put("recommendedNextStep", failure.nextStep().wire());
  }

  private static String tokenHint(ClientKind client) {
    if (client.isCliHint()) {
      return "set gateway.remote.token to match gateway.auth.token";
    }
    return client.isControlUi() || client.isWebchat()
        ? "open a tokenized dashboard URL or paste token in Control UI settings"
        : "provide gateway auth token";
  }

  private static String passwordHint(ClientKind client) {
    if (client.isCliHint()) {
      return "set gateway.remote.password to match gateway.auth.password";
    }
    return client.isControlUi() || client.isWebchat()
        ? "enter the password in Control UI settings"
        : "provide gateway auth password";
  }
}
