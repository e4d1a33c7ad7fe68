package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.auth.IdentitySource;
import dev.krabkrab.gateway.auth.jwt.JwtIdentity;
import dev.krabkrab.gateway.auth.jwt.JwtIssuer;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what is known of the issuers in force until the settings name others. For any thread. */
final class Issuers {
  private final Vertx vertx;
  private final Path files;
  private final InstantSource clock;
  private @Nullable JwtIdentity current;

  Issuers(Vertx vertx, Path files, InstantSource clock) {
    this.vertx = vertx;
    this.files = files;
    this.clock = clock;
  }

  synchronized IdentitySource of(List<JwtIssuer> issuers) {
    JwtIdentity known = current;
    if (known != null && known.issuers().equals(issuers)) {
      return known;
    }
    if (known != null) {
      known.close();
    }
    JwtIdentity made = new JwtIdentity(vertx, issuers, files, clock);
    current = made;
    return made;
  }
}
