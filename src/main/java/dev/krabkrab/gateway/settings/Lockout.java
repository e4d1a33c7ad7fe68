package dev.krabkrab.gateway.settings;

import java.util.Optional;

/**
 * A way in which nobody could come in any more.
 *
 * @param path the setting that is missing
 * @param message what to do
 */
public record Lockout(String path, String message) {

  /** What keeps everybody out under these settings, secrets of the instance included. */
  public static Optional<Lockout> of(GatewaySettings settings) {
    Lockout found =
        switch (settings.authMode()) {
          case GatewaySettings.MODE_TOKEN ->
              settings.isGuarded()
                  ? null
                  : new Lockout(
                      "gateway.auth.token",
                      "Mode \"token\" needs a token, or nobody comes in: set gateway.auth.token, or"
                          + " give KRABKRAB_GATEWAY_TOKEN to every instance");
          case GatewaySettings.MODE_PASSWORD ->
              settings.isGuarded()
                  ? null
                  : new Lockout(
                      "gateway.auth.password",
                      "Mode \"password\" needs a password, or nobody comes in: set"
                          + " gateway.auth.password, or give KRABKRAB_GATEWAY_PASSWORD to every"
                          + " instance");
          case GatewaySettings.MODE_TRUSTED_PROXY ->
              settings.trustedProxy() != null
                  ? null
                  : new Lockout(
                      "gateway.auth.trustedProxy",
                      "Mode \"trusted-proxy\" needs a userHeader, or nobody comes in");
          case GatewaySettings.MODE_JWT ->
              settings.jwtIssuers().isEmpty()
                  ? new Lockout(
                      "gateway.auth.jwt.issuers",
                      "Mode \"jwt\" needs an issuer, or nobody comes in")
                  : null;
          default -> null;
        };
    return Optional.ofNullable(found);
  }
}
