package dev.krabkrab.gateway.access.audit;

import dev.krabkrab.gateway.platform.FeatureVerticle;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes the audit trail of one instance and serves its methods. */
public final class AuditVerticle extends FeatureVerticle {
  private final Supplier<AuditSettings> settings;
  private final AuditMetrics metrics;
  private @Nullable Context home;
  private @Nullable RedisLink link;
  private @Nullable AuditService service;
  private @Nullable RefusalAudit refusals;

  public AuditVerticle(Platform platform, Supplier<AuditSettings> settings, AuditMetrics metrics) {
    super(platform);
    this.settings = settings;
    this.metrics = metrics;
  }

  @Override
  protected void open(RedisLink opening) {
    home = vertx.getOrCreateContext();
    link = opening;
    AuditService opened =
        AuditService.open(
            vertx,
            opening,
            new AuditSource(platform.instance(), platform.clock(), platform.random()),
            settings,
            metrics);
    platform.bus().serve(new AuditMethods(opened).handlers());
    service = opened;
    RefusalAudit places = RefusalAudit.start(vertx, opened);
    opened.enterRefusalsBy(places);
    refusals = places;
  }

  /** The trail, once it is deployed. Safe from any thread. */
  public AuditService service() {
    return Objects.requireNonNull(service, "not deployed");
  }

  /**
   * Does something on the event loop of the trail, with its connection: what each of its steps is
   * entered for, so that an entry follows its step without a detour.
   */
  public Future<Void> beside(Consumer<RedisLink> work) {
    Context there = Objects.requireNonNull(home, "not deployed");
    RedisLink shared = Objects.requireNonNull(link);
    return Future.future(
        done ->
            there.runOnContext(
                now -> {
                  try {
                    work.accept(shared);
                    done.complete();
                  } catch (RuntimeException e) {
                    done.fail(e);
                  }
                }));
  }

  /** Takes down who was turned away. Safe from any thread. */
  public RefusalAudit refusals() {
    return Objects.requireNonNull(refusals, "not deployed");
  }
}
