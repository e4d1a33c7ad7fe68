package dev.krabkrab.gateway.access.auth.jwt;

import dev.krabkrab.gateway.access.auth.IdentitySource;
import dev.krabkrab.gateway.platform.net.Egress;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what is known of the issuers in force until the settings name others. For any thread. */
public final class Issuers {
  private final Vertx vertx;
  private final Path files;
  private final Egress egress;
  private final InstantSource clock;
  private @Nullable JwtIdentity current;

  /**
   * @param files folder of the files that issuers name
   * @param egress the way to them
   */
  public Issuers(Vertx vertx, Path files, Egress egress, InstantSource clock) {
    this.vertx = vertx;
    this.files = files;
    this.egress = egress;
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
    JwtIdentity made = new JwtIdentity(vertx, issuers, files, egress, clock);
    current = made;
    return made;
  }
}
