package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * Connects with the credential most likely to be right, and falls back to the other one: a stored
 * device token before a shared secret that merely lies around, but a secret typed on the command
 * line first (Protocol 01b §5.7, 05 §6.3).
 */
final class Connector {
  private final ClientSettings settings;
  private final CliContext context;
  private final DeviceIdentity device;
  private final DeviceTokens tokens;

  Connector(ClientSettings settings, CliContext context) {
    this.settings = settings;
    this.context = context;
    this.device = DeviceIdentity.loadOrCreate(settings.stateDir(), context.nowMs());
    this.tokens = new DeviceTokens(settings.stateDir(), device.deviceId());
  }

  /** The id of this device. */
  String deviceId() {
    return device.deviceId();
  }

  /** The key of this device. */
  DeviceIdentity device() {
    return device;
  }

  ClientSettings settings() {
    return settings;
  }

  /** Keeps the answer of a rotation of this device's own token, when it carries the new one. */
  void keepToken(JsonNode rotated) {
    if (rotated.hasNonNull("token")) {
      ObjectNode auth = rotated.deepCopy();
      tokens.keep(auth.put("deviceToken", rotated.path("token").asText()), context.nowMs());
    }
  }

  /** Forgets this device's stored token. */
  void forgetToken() {
    tokens.remove(Session.Part.OPERATOR.role());
  }

  GatewayClient connect(Session session) {
    Optional<DeviceTokens.Stored> stored = tokens.find(session.role());
    boolean storedFirst =
        stored.isPresent()
            && !settings.explicitSecret()
            && (!settings.hasSecret() || stored.get().covers(session.scopes()));
    return storedFirst
        ? storedThenShared(session, stored.get().token())
        : sharedThenStored(session, stored);
  }

  private GatewayClient storedThenShared(Session session, String token) {
    try {
      return attempt(session, new Credentials(token, null, null));
    } catch (CliException e) {
      if (isCredential(e) && !settings.hasSecret()) {
        throw takenBack(e);
      }
      if (!isCredential(e)) {
        throw e;
      }
      tokens.remove(session.role());
      return attempt(session, Credentials.shared(settings));
    }
  }

  private GatewayClient sharedThenStored(Session session, Optional<DeviceTokens.Stored> stored) {
    try {
      return attempt(session, Credentials.shared(settings));
    } catch (CliException e) {
      GatewayError error = e.error();
      boolean retry =
          error != null
              && error.canRetryWithDeviceToken()
              && settings.isTrusted()
              // Whoever names a secret wants to know whether it is right.
              && !settings.explicitSecret();
      if (!retry || stored.isEmpty()) {
        throw e;
      }
      return attempt(session, new Credentials(null, stored.get().token(), null));
    }
  }

  private static CliException takenBack(CliException e) {
    return new CliException(
        e.exitCode(),
        "this device's token was taken back: it was revoked or replaced, or the device removed",
        "Connect once with the gateway's token (--token or KRABKRAB_GATEWAY_TOKEN) and have the"
            + " request approved (krabkrab devices approve).",
        e.error(),
        e);
  }

  private static boolean isCredential(CliException e) {
    GatewayError error = e.error();
    return error != null && error.isCredential();
  }

  private GatewayClient attempt(Session session, Credentials credentials) {
    GatewayClient client =
        GatewayClient.handshake(settings, device, session, credentials, context.nowMs());
    tokens.keep(client.hello().path("auth"), context.nowMs());
    return client;
  }
}
