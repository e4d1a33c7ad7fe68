package dev.krabkrab.gateway.platform.cluster;

import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InstanceJoined;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.InstanceLeft;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which instances are alive. Each renews a lease in Redis; whoever notices one that ran out cleans
 * up behind it, alone, and then tells the others.
 */
public final class Membership {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  /** Life of a lease without renewal, in milliseconds of Redis time. */
  public static final long LEASE_MS = 10_000;

  private static final long RENEW_EVERY_MS = 2_000;

  private final Vertx vertx;
  private final Backplane backplane;
  private final List<Function<String, Future<Void>>> cleaners = new CopyOnWriteArrayList<>();
  private volatile Set<String> live = Set.of();
  private volatile long renewedAtNanos;
  private final AtomicLong lapses = new AtomicLong();
  private volatile boolean started;
  private boolean left;

  public Membership(Vertx vertx, Backplane backplane) {
    this.vertx = vertx;
    this.backplane = backplane;
  }

  /** Takes the lease and keeps it. Call after the cleaners are registered. */
  public Future<Void> start() {
    vertx.setPeriodic(RENEW_EVERY_MS, ignored -> renew());
    return renew().onSuccess(done -> announce());
  }

  /** Registers what removes a dead instance's leavings; runs on the calling context. */
  public void onGone(Function<String, Future<Void>> cleaner) {
    Context home = vertx.getOrCreateContext();
    cleaners.add(
        instance -> {
          Promise<Void> done = Promise.promise();
          home.runOnContext(ignored -> cleaner.apply(instance).onComplete(done));
          return done.future();
        });
  }

  /** Instances that held a lease at the last renewal, this one included. */
  public Set<String> live() {
    return live;
  }

  /**
   * Whether this instance's own lease cannot have run out, by its own monotonic clock. An instance
   * that was stopped and goes on may find itself given up by the others.
   */
  public boolean holdsLease() {
    return started && System.nanoTime() - renewedAtNanos < TimeUnit.MILLISECONDS.toNanos(LEASE_MS);
  }

  /**
   * How often this instance's lease has run out and was claimed. What was sent here before that has
   * been given up by whoever sent it, even if it arrives after the lease is held again.
   */
  public long lapses() {
    return lapses.get();
  }

  /** Whether the instance's process still listens; answered by Redis, not by memory. */
  public Future<Boolean> listening(String instance) {
    return backplane.store().listening(instance);
  }

  /** The same, but true while this instance cannot hear others itself and so cannot tell. */
  public Future<Boolean> present(String instance) {
    return backplane.subscribed() ? listening(instance) : Future.succeededFuture(true);
  }

  /** Says goodbye: the lease ends now and others need not wait for it. */
  public Future<Void> leave() {
    left = true;
    return backplane
        .store()
        .leave(backplane.instance())
        .onSuccess(was -> backplane.publish(new InstanceLeft(backplane.instance())))
        .mapEmpty();
  }

  private Future<Void> renew() {
    if (left) {
      return Future.succeededFuture();
    }
    long requestedAtNanos = System.nanoTime();
    return backplane
        .store()
        .renew(backplane.instance(), LEASE_MS)
        .onSuccess(renewal -> renewed(renewal, requestedAtNanos))
        .onFailure(e -> LOG.debug("lease not renewed: {}", e.getMessage()))
        .mapEmpty();
  }

  private void renewed(BackplaneStore.Renewal renewal, long requestedAtNanos) {
    boolean lapsed = renewal.rejoined() && started;
    if (lapsed) {
      lapses.incrementAndGet();
    }
    // Only now, so that nobody who sees the lease held misses that it was lost.
    renewedAtNanos = requestedAtNanos;
    live = Set.copyOf(renewal.live());
    if (lapsed) {
      LOG.warn("this instance's lease had run out; asserting its connections again");
      announce();
      backplane.requestResync();
    }
    started = true;
    renewal.claimed().forEach(this::cleanUp);
  }

  private void announce() {
    backplane.publish(new InstanceJoined(backplane.instance()));
  }

  private void cleanUp(String dead) {
    LOG.warn("instance {} is gone; cleaning up behind it", dead);
    List<Future<Void>> work = cleaners.stream().map(cleaner -> cleaner.apply(dead)).toList();
    Future.join(work)
        .onFailure(e -> LOG.warn("clean-up behind {} is incomplete: {}", dead, e.getMessage()))
        .onComplete(done -> backplane.publishToAll(new InstanceLeft(dead)));
  }
}
