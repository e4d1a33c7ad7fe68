package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.access.auth.IdentitySource;
import dev.krabkrab.gateway.access.auth.Locality;
import dev.krabkrab.gateway.access.auth.NamedTokens;
import dev.krabkrab.gateway.access.auth.OriginRules;
import dev.krabkrab.gateway.access.auth.RateLimitSettings;
import dev.krabkrab.gateway.access.auth.SharedSecret;
import dev.krabkrab.gateway.access.auth.jwt.Issuers;
import dev.krabkrab.gateway.access.auth.settings.AuthSettings;
import dev.krabkrab.gateway.access.auth.settings.DevicelessSettings;
import dev.krabkrab.gateway.access.pairing.PairingSettings;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who is let in, by what the gateway document says now. Safe from any thread. */
public final class AdmissionPolicy implements Supplier<HandshakePolicy> {
  private final Supplier<AuthSettings> auth;
  private final Supplier<RateLimitSettings> rateLimits;
  private final Supplier<OriginRules> origins;
  private final Supplier<DevicelessSettings> deviceless;
  private final Supplier<PairingSettings> pairing;
  private final Issuers issuers;
  private final Locality.Settings locality;
  private final boolean mayBeOpen;

  /**
   * @param auth with what flags and environment put over the document
   * @param mayBeOpen whether mode {@code none} holds on this instance
   */
  public AdmissionPolicy(
      Platform platform,
      Supplier<AuthSettings> auth,
      Issuers issuers,
      Locality.Settings locality,
      boolean mayBeOpen) {
    this.auth = auth;
    this.rateLimits = platform.section(RateLimitSettings::of);
    this.origins = platform.section(OriginRules::of);
    this.deviceless = platform.section(DevicelessSettings::of);
    this.pairing = platform.section(PairingSettings::of);
    this.issuers = issuers;
    this.locality = locality;
    this.mayBeOpen = mayBeOpen;
    platform.document().onChange(changed -> closeWithdrawn(platform));
  }

  @Override
  public HandshakePolicy get() {
    AuthSettings now = auth.get();
    boolean byToken = now.mode().equals(AuthSettings.MODE_TOKEN);
    DevicelessSettings without = deviceless.get();
    return new HandshakePolicy(
        secret(now),
        identities(now),
        now::hasCredential,
        byToken ? now.tokens() : NamedTokens.NONE,
        rateLimits.get(),
        origins.get(),
        without.allowTokenWithoutDevice(),
        without.uiAllowInsecureAuth(),
        without.uiDisableDeviceAuth(),
        locality,
        pairing.get().silentScopes());
  }

  /** Where addresses count as near, and which proxies are trusted. */
  public Locality.Settings locality() {
    return locality;
  }

  private SharedSecret secret(AuthSettings now) {
    return switch (now.mode()) {
      case AuthSettings.MODE_PASSWORD -> SharedSecret.password(now.secrets().password());
      case AuthSettings.MODE_NONE -> mayBeOpen ? SharedSecret.none() : SharedSecret.token(null);
      case AuthSettings.MODE_TOKEN -> SharedSecret.token(now.secrets().token());
      // Without a secret nobody comes in by one.
      default -> SharedSecret.token(null);
    };
  }

  private @Nullable IdentitySource identities(AuthSettings now) {
    return switch (now.mode()) {
      case AuthSettings.MODE_TRUSTED_PROXY -> now.trustedProxy();
      case AuthSettings.MODE_JWT -> issuers.of(now.jwtIssuers());
      default -> null;
    };
  }

  /** Closes whoever came with a credential that is gone or another one now. */
  private void closeWithdrawn(Platform platform) {
    AuthSettings now = auth.get();
    platform
        .connections()
        .closeWhere(
            caller -> caller.credential() != null && !now.hasCredential(caller.credential()),
            Long.MAX_VALUE,
            CloseReason.TOKEN_REVOKED);
  }
}
