package dev.krabkrab.gateway.access.auth.jwt;

import dev.krabkrab.gateway.access.auth.IdentitySource;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what is known of the issuers in force until the settings name others. For any thread. */
public final class Issuers {
  private final Vertx vertx;
  private final Path files;
  private final InstantSource clock;
  private @Nullable JwtIdentity current;

  public Issuers(Vertx vertx, Path files, InstantSource clock) {
    this.vertx = vertx;
    this.files = files;
    this.clock = clock;
  }

  public synchronized IdentitySource of(List<JwtIssuer> issuers) {
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
