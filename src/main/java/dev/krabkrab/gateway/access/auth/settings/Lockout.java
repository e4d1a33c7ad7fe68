package dev.krabkrab.gateway.access.auth.settings;

import dev.krabkrab.gateway.access.auth.TrustedProxyRules;
import dev.krabkrab.gateway.access.auth.jwt.JwtIssuer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
          case AuthSettings.MODE_TOKEN -> ofToken(settings);
          case AuthSettings.MODE_PASSWORD ->
              settings.isGuarded()
                  ? null
                  : new Lockout(
                      "gateway.auth.password",
                      "Mode \"password\" needs a password, or nobody comes in: set"
                          + " gateway.auth.password, or give KRABKRAB_GATEWAY_PASSWORD to every"
                          + " instance");
          case AuthSettings.MODE_TRUSTED_PROXY -> ofProxy(settings.trustedProxy());
          case AuthSettings.MODE_JWT -> ofIssuers(settings.jwtIssuers());
          default -> null;
        };
    return Optional.ofNullable(found);
  }

  private static @Nullable Lockout ofToken(AuthSettings settings) {
    if (!settings.isGuarded()) {
      return new Lockout(
          "gateway.auth.token",
          "Mode \"token\" needs a token, or nobody comes in: set gateway.auth.token, or give"
              + " KRABKRAB_GATEWAY_TOKEN to every instance");
    }
    boolean named =
        settings.secrets().token() == null
            && settings.tokens().all().stream()
                .allMatch(token -> token.credential().roles().isEmpty());
    return named ? withoutRole("gateway.auth.tokens") : null;
  }

  private static @Nullable Lockout ofProxy(@Nullable TrustedProxyRules proxy) {
    if (proxy == null) {
      return new Lockout(
          "gateway.auth.trustedProxy",
          "Mode \"trusted-proxy\" needs a userHeader, or nobody comes in");
    }
    return proxy.roles().isEmpty() ? withoutRole("gateway.auth.trustedProxy.roles") : null;
  }

  private static @Nullable Lockout ofIssuers(List<JwtIssuer> issuers) {
    if (issuers.isEmpty()) {
      return new Lockout(
          "gateway.auth.jwt.issuers", "Mode \"jwt\" needs an issuer, or nobody comes in");
    }
    return issuers.stream().allMatch(issuer -> issuer.roles().isEmpty())
        ? withoutRole("gateway.auth.jwt.issuers")
        : null;
  }

  private static Lockout withoutRole(String path) {
    return new Lockout(path, "Grants no role, so nobody comes in: leave roles out, or name one");
  }
}
