package dev.krabkrab.gateway.access.pairing;

import dev.krabkrab.gateway.access.audit.AuditTrail;
import dev.krabkrab.gateway.access.auth.settings.ControlUiSettings;
import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves the methods of device pairing and closes connections whose device lost its right. Protocol
 * 01c, 05 §14.
 */
public final class PairingVerticle extends FeatureVerticle {
  /** How often connections are compared with the pairings, in case an order to close was lost. */
  private static final long SWEEP_EVERY_MS = 300_000;

  private final AuditTrail audit;
  private final PairingJson shown;
  private final Supplier<Future<Set<String>>> connected;
  private @Nullable PairingService service;
  private @Nullable Context home;

  /**
   * @param shown how records are shown
   * @param connected keys of the presence list that are connected anywhere
   */
  public PairingVerticle(
      Platform platform,
      AuditTrail audit,
      PairingJson shown,
      Supplier<Future<Set<String>>> connected) {
    super(platform);
    this.audit = audit;
    this.shown = shown;
    this.connected = connected;
  }

  @Override
  protected void open(RedisLink link) {
    PairingService opened = service(vertx, link, platform, audit);
    PairingEvents events = new PairingEvents(platform.broadcaster(), shown);
    platform.bus().serve(new PairingMethods(opened, events, audit, shown, connected).handlers());
    platform
        .bus()
        .serve(
            new BootstrapMethods(
                    new BootstrapService(link, platform.random()),
                    audit,
                    platform.section(ControlUiSettings::of))
                .handlers());
    RevocationSweep sweep =
        new RevocationSweep(opened, events, () -> platform.connections().callers());
    platform.backplane().onResync(sweep::run);
    vertx.setPeriodic(SWEEP_EVERY_MS, timer -> sweep.run());
    home = vertx.getOrCreateContext();
    service = opened;
  }

  /** Pairing for the context of a link; tokens are signed with the keys all instances share. */
  public static PairingService service(
      Vertx own, RedisLink link, Platform platform, AuditTrail audit) {
    TokenKeys keys = new TokenKeys(own, link, platform.ids(), platform.random(), platform.clock());
    return new PairingService(link, keys, audit, platform.ids());
  }

  /** The name that operators gave a paired device, blank without one. Safe from any thread. */
  public Future<String> label(String deviceId) {
    PairingService there = Objects.requireNonNull(service, "not deployed");
    return Future.future(
        found ->
            Objects.requireNonNull(home)
                .runOnContext(
                    now -> there.find(deviceId).map(PairingVerticle::label).onComplete(found)));
  }

  private static String label(Optional<PairedDevice> device) {
    return device.map(PairedDevice::label).orElse("");
  }
}
