package dev.krabkrab.gateway.audit;

import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.rpc.Refusals;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Enters refusals so that a stranger cannot fill the trail with them: the first of a kind at once,
 * its repeats within {@value #WINDOW_MS} ms as one more entry with their number. When there are too
 * many kinds, devices are not told apart any more, then addresses.
 */
public final class RefusalTrail implements Refusals {
  static final long WINDOW_MS = 60_000;
  static final int MOST_WITH_DEVICE = 200;
  static final int MOST_WITH_ADDRESS = 1_000;

  private static final String VARIOUS = "various";

  private final AuditTrail trail;
  private final Map<Kind, Seen> window = new ConcurrentHashMap<>();

  /** What makes refusals repeats of each other. */
  private record Kind(
      String address, @Nullable String device, @Nullable String method, String reason) {}

  private record Seen(AuditActor actor, AtomicInteger repeats) {}

  RefusalTrail(AuditTrail trail) {
    this.trail = trail;
  }

  /** Makes one whose windows follow the calling context's clock. */
  public static RefusalTrail start(Vertx vertx, AuditTrail trail) {
    RefusalTrail refusals = new RefusalTrail(trail);
    vertx.setPeriodic(WINDOW_MS, timer -> refusals.closeWindow());
    return refusals;
  }

  @Override
  public void connect(String address, @Nullable Caller caller, String reason) {
    AuditActor known =
        caller == null ? new AuditActor(null, null, null, null, null) : AuditActor.of(caller);
    AuditActor actor =
        new AuditActor(known.deviceId(), known.user(), address, known.role(), known.clientId());
    refused(new Kind(address, known.deviceId(), null, reason), actor);
  }

  @Override
  public void call(Caller caller, String method, String reason) {
    AuditActor actor = AuditActor.of(caller);
    String address = actor.address() == null ? "" : actor.address();
    refused(new Kind(address, caller.principal(), method, reason), actor);
  }

  /** Enters the repeats of the window that ends, and begins another. */
  public void closeWindow() {
    window.forEach(
        (kind, seen) -> {
          if (window.remove(kind, seen) && seen.repeats().get() > 0) {
            enter(kind, seen.actor(), seen.repeats().get());
          }
        });
  }

  private void refused(Kind exact, AuditActor who) {
    Kind kind = exact;
    AuditActor actor = who;
    if (!window.containsKey(kind) && window.size() >= MOST_WITH_DEVICE) {
      kind = new Kind(exact.address(), null, exact.method(), exact.reason());
      if (!window.containsKey(kind) && window.size() >= MOST_WITH_ADDRESS) {
        kind = new Kind(VARIOUS, null, null, exact.reason());
        actor = new AuditActor(null, null, VARIOUS, null, null);
      }
    }
    Seen seen = window.get(kind);
    if (seen == null) {
      seen = window.putIfAbsent(kind, new Seen(actor, new AtomicInteger()));
    }
    if (seen == null) {
      enter(kind, actor, 0);
    } else {
      seen.repeats().incrementAndGet();
    }
  }

  private void enter(Kind kind, AuditActor actor, int repeats) {
    trail.note(
        new AuditEvent(
            AuditAction.ACCESS_REFUSED,
            actor,
            details -> {
              details.put("reason", kind.reason());
              Json.putIfPresent(details, "method", kind.method());
              if (repeats > 0) {
                details.put("repeats", repeats).put("withinMs", WINDOW_MS);
              }
            }));
  }
}
