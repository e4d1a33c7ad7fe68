package dev.krabkrab.gateway.access.audit;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.rpc.Refusals;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Enters refusals so that a stranger cannot fill the trail with them: the first of a kind at once,
 * its repeats within {@value #WINDOW_MS} ms as one more entry with their number. When there are too
 * many kinds, devices are not told apart any more, then addresses. Each entry takes one of the
 * places that the cluster has for refusals; those for which there is none are counted by reason
 * until there is.
 */
public final class RefusalAudit implements Refusals {
  static final long WINDOW_MS = 60_000;
  static final int MOST_WITH_DEVICE = 200;
  static final int MOST_WITH_ADDRESS = 1_000;

  private static final String VARIOUS = "various";

  private final AuditTrail trail;
  private final Supplier<Future<Integer>> grant;
  private final Map<Kind, Seen> window = new ConcurrentHashMap<>();
  private final Queue<Kind> unentered = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> counted = new ConcurrentHashMap<>();
  private final AtomicInteger places = new AtomicInteger();
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile boolean exhausted;

  /** What makes refusals repeats of each other. */
  private record Kind(
      String address, @Nullable String device, @Nullable String method, String reason) {}

  /**
   * @param first how the first of them is entered, or null where the kind says it all
   * @param entered whether the first of them is in the trail
   * @param count of those that are not
   */
  private record Seen(
      AuditActor actor, @Nullable AuditEvent first, AtomicBoolean entered, AtomicInteger count) {}

  /**
   * @param grant gives places for refusals, as many as there are now
   */
  RefusalAudit(AuditTrail trail, Supplier<Future<Integer>> grant) {
    this.trail = trail;
    this.grant = grant;
    ask();
  }

  /** Makes one whose windows follow the calling context's clock. */
  public static RefusalAudit start(Vertx vertx, AuditService trail) {
    Context own = vertx.getOrCreateContext();
    RefusalAudit refusals =
        new RefusalAudit(
            trail,
            () -> {
              Promise<Integer> granted = Promise.promise();
              own.runOnContext(now -> trail.refusalPlaces().onComplete(granted));
              return granted.future();
            });
    vertx.setPeriodic(WINDOW_MS, timer -> refusals.closeWindow());
    return refusals;
  }

  @Override
  public void connect(String address, @Nullable Caller caller, String reason) {
    AuditActor known =
        caller == null ? new AuditActor(null, null, null, null, null) : AuditActor.of(caller);
    AuditActor actor =
        new AuditActor(known.deviceId(), known.user(), address, known.role(), known.clientId());
    refused(new Kind(address, known.deviceId(), null, reason), actor, null);
  }

  @Override
  public void call(Caller caller, String method, String reason) {
    AuditActor actor = AuditActor.of(caller);
    String address = actor.address() == null ? "" : actor.address();
    refused(new Kind(address, caller.principal(), method, reason), actor, null);
  }

  /** Enters an action that was refused: the first as it is, its repeats by their number. */
  void event(AuditEvent event, String what) {
    AuditActor actor = event.actor();
    String address = actor.address() == null ? "" : actor.address();
    String who = actor.deviceId() == null ? actor.user() : actor.deviceId();
    String action = event.action().wire();
    refused(new Kind(address, who, action + " " + what, action), actor, event);
  }

  /** Enters the repeats of the window that ends, and begins another. */
  public void closeWindow() {
    exhausted = false;
    unentered.clear();
    window.forEach(
        (kind, seen) -> {
          if (window.remove(kind, seen) && seen.count().get() > 0) {
            close(kind, seen);
          }
        });
    counted.keySet().forEach(this::enterCounted);
    ask();
  }

  private void close(Kind kind, Seen seen) {
    int count = seen.count().get();
    if (takePlace()) {
      enter(kind, seen.actor(), seen.entered().get() ? count : count - 1);
    } else {
      counted.merge(kind.reason(), count, Integer::sum);
    }
  }

  private void enterCounted(String reason) {
    if (takePlace()) {
      Integer count = counted.remove(reason);
      enter(
          new Kind(VARIOUS, null, null, reason),
          new AuditActor(null, null, VARIOUS, null, null),
          count == null ? 0 : count);
    }
  }

  private void refused(Kind exact, AuditActor who, @Nullable AuditEvent event) {
    Kind kind = exact;
    AuditActor actor = who;
    if (!window.containsKey(kind) && window.size() >= MOST_WITH_DEVICE) {
      kind = new Kind(exact.address(), null, exact.method(), exact.reason());
      if (!window.containsKey(kind) && window.size() >= MOST_WITH_ADDRESS) {
        kind = new Kind(VARIOUS, null, null, exact.reason());
        actor = new AuditActor(null, null, VARIOUS, null, null);
      }
    }
    AuditEvent first = kind.equals(exact) ? event : null;
    Seen fresh = new Seen(actor, first, new AtomicBoolean(), new AtomicInteger(1));
    Seen seen = window.putIfAbsent(kind, fresh);
    if (seen != null) {
      seen.count().incrementAndGet();
    } else {
      unentered.add(kind);
      enterFirsts();
    }
  }

  /** Enters those that have not been, the first of their kind, as far as there are places. */
  private void enterFirsts() {
    while (!unentered.isEmpty() && takePlace()) {
      Kind kind = unentered.poll();
      Seen seen = kind == null ? null : window.get(kind);
      if (kind == null || seen == null || !seen.entered().compareAndSet(false, true)) {
        places.incrementAndGet();
      } else {
        seen.count().decrementAndGet();
        enterFirst(kind, seen);
      }
    }
  }

  private void enterFirst(Kind kind, Seen seen) {
    AuditEvent first = seen.first();
    if (first == null) {
      enter(kind, seen.actor(), 0);
    } else {
      trail.note(first);
    }
  }

  private boolean takePlace() {
    int before = places.getAndUpdate(left -> Math.max(0, left - 1));
    if (before <= 1) {
      ask();
    }
    return before > 0;
  }

  private void ask() {
    if (!exhausted && asking.compareAndSet(false, true)) {
      grant
          .get()
          .onComplete(
              granted -> {
                asking.set(false);
                if (granted.succeeded()) {
                  exhausted = granted.result() == 0;
                  places.addAndGet(granted.result());
                  enterFirsts();
                }
              });
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
