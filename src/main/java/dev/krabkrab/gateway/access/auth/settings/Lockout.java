package dev.krabkrab.gateway.access.auth.settings;

import java.util.Optional;

/**
 * A setting of {@code gateway.auth} that keeps everybody out.
 *
 * @param path the setting that is missing
 * @param message what to do
 */
public record Lockout(String path, String message) {

  /** What keeps everybody out under these settings, secrets of the instance included. */
  public static Optional<Lockout> of(AuthSettings settings) {
    Lockout found =
        switch (settings.mode()) {
          case AuthSettings.MODE_TOKEN ->
              settings.isGuarded()
                  ? null
                  : new Lockout(
                      "gateway.auth.token",
                      "Mode \"token\" needs a token, or nobody comes in: set gateway.auth.token, or"
                          + " give KRABKRAB_GATEWAY_TOKEN to every instance");
          case AuthSettings.MODE_PASSWORD ->
              settings.isGuarded()
                  ? null
                  : new Lockout(
                      "gateway.auth.password",
                      "Mode \"password\" needs a password, or nobody comes in: set"
                          + " gateway.auth.password, or give KRABKRAB_GATEWAY_PASSWORD to every"
                          + " instance");
          case AuthSettings.MODE_TRUSTED_PROXY ->
              settings.trustedProxy() != null
                  ? null
                  : new Lockout(
                      "gateway.auth.trustedProxy",
                      "Mode \"trusted-proxy\" needs a userHeader, or nobody comes in");
          case AuthSettings.MODE_JWT ->
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
