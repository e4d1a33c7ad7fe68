package dev.krabkrab.gateway.control.approvals;

import dev.krabkrab.gateway.platform.cluster.Backplane;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reconciles this instance with Redis, to make up for lost messages: compares what this instance
 * believes with Redis, on a slow timer, when messages may have been lost, and when Redis has come
 * back. Protocol 02 §16, E11, E12, E16.
 */
final class ApprovalReconciler {
  private static final Logger LOG = LoggerFactory.getLogger(ApprovalReconciler.class);

  private final Vertx vertx;
  private final ApprovalStore store;
  private final ClaimStore claims;
  private final Waiters waiters;
  private final ApprovalWaits waits;
  private final PendingCache view;
  private final ApprovalNotifier notifier;
  private final ApprovalSettings settings;
  private final RandomGenerator random;
  private boolean reading;
  private boolean again;
  private long unreadMs;

  ApprovalReconciler(
      Vertx vertx,
      ApprovalStores stores,
      LocalApprovals local,
      ApprovalChannels channels,
      ApprovalSettings settings,
      RandomGenerator random) {
    this.vertx = vertx;
    this.store = stores.approvals();
    this.claims = stores.claims();
    this.waiters = local.waiters();
    this.waits = local.waits();
    this.view = local.pending();
    Backplane backplane = channels.backplane();
    this.notifier =
        new ApprovalNotifier(
            channels.link(), view, backplane, channels.broadcaster(), this::resolvedElsewhere);
    this.settings = settings;
    this.random = random;
    backplane.onResync(this::compare);
    compare();
    schedule();
  }

  ApprovalNotifier notifier() {
    return notifier;
  }

  /** Reads one approval and acts on what it says. */
  void check(String id) {
    store
        .look(id)
        .onSuccess(record -> apply(id, record))
        .onFailure(e -> LOG.debug("approval {} not read: {}", id, e.getMessage()));
  }

  /** Reads all pending approvals and acts on every difference. */
  void compare() {
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    Map<String, Long> pending = new HashMap<>();
    List<Future<Void>> buckets = new ArrayList<>();
    for (int bucket = 0; bucket < ApprovalStore.BUCKETS; bucket++) {
      buckets.add(store.sweep(bucket).onSuccess(pending::putAll).mapEmpty());
    }
    Future.join(buckets)
        .onSuccess(done -> differences(pending).forEach(this::check))
        .onFailure(e -> LOG.debug("pending approvals not read: {}", e.getMessage()))
        .onComplete(
            done -> {
              reading = false;
              if (again) {
                again = false;
                compare();
              }
            });
  }

  private Set<String> differences(Map<String, Long> pending) {
    Set<String> ids = new LinkedHashSet<>();
    pending.forEach(
        (id, expiresAtMs) -> {
          if (!view.contains(id, expiresAtMs)) {
            ids.add(id);
          }
        });
    for (Approval known : view.entered()) {
      addIfOver(ids, known, pending);
    }
    for (Waiter waiter : waiters.all()) {
      addIfOver(ids, waiter.approval(), pending);
    }
    return ids;
  }

  private static void addIfOver(Set<String> ids, Approval known, Map<String, Long> pending) {
    Long expiresAtMs = pending.get(known.id());
    if (expiresAtMs == null || expiresAtMs != known.expiresAtMs()) {
      ids.add(known.id());
    }
  }

  private void apply(String id, @Nullable ApprovalRecord record) {
    if (record == null) {
      missing(id);
      return;
    }
    Approval approval = record.approval();
    switch (record.state()) {
      case PENDING -> notifier.showHere(approval, record.remainingMs());
      case RESOLVED -> notifier.decidedElsewhere(record);
      case EXPIRED -> notifier.expired(approval);
    }
    waits.settle(record);
  }

  /** Redis has lost it. Who waits for it here knows it whole and writes it again. */
  private void missing(String id) {
    for (Waiter waiter : waiters.of(id)) {
      ApprovalRequest requested = waiter.requested();
      if (requested != null) {
        String origin = waits.origin(waiter.call());
        store
            .restore(requested, waiter.approval(), waiter.call().caller(), origin)
            .onSuccess(written -> claims.remember(requested, waiter.call().caller()))
            .onFailure(e -> LOG.debug("approval {} not restored: {}", id, e.getMessage()));
        return;
      }
    }
    for (Approval known : view.entered()) {
      if (known.id().equals(id)) {
        view.drop(id, known.createdAtMs());
      }
    }
  }

  private void resolvedElsewhere(String id) {
    if (!waiters.of(id).isEmpty()) {
      check(id);
    }
  }

  /** Ticks as often as a busy instance needs it: it may become busy at any time between two. */
  private void schedule() {
    long every = Math.min(settings.busyCheckMs(), settings.idleCheckMs());
    // Between three quarters and five quarters, so that instances do not read in step.
    long delay = Math.max(1, every * 3 / 4 + random.nextLong(every / 2 + 1));
    vertx.setTimer(
        delay,
        due -> {
          unreadMs += delay;
          boolean busy = !waiters.isEmpty() || !view.isEmpty();
          if (busy || unreadMs >= settings.idleCheckMs()) {
            unreadMs = 0;
            compare();
          }
          schedule();
        });
  }
}
