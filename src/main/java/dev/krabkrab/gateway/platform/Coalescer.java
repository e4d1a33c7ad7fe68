package dev.krabkrab.gateway.platform;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs an action on request, one run at a time and with a rest after each: requests that come
 * meanwhile share the next run. The first request after a rest runs at once. For one context.
 */
public final class Coalescer {
  private static final long REST_AFTER_FAILURE_MS = 250;

  private final Vertx vertx;
  private final Supplier<Future<Long>> action;
  private @Nullable Promise<Void> waiting;
  private boolean busy;
  private boolean resting;

  /**
   * Makes one.
   *
   * @param action answers how long to rest after it, in milliseconds
   */
  public Coalescer(Vertx vertx, Supplier<Future<Long>> action) {
    this.vertx = vertx;
    this.action = action;
  }

  /** Completes when a run that began after this request is over; fails when that run failed. */
  public Future<Void> request() {
    Promise<Void> promise = waiting;
    if (promise == null) {
      promise = Promise.promise();
      waiting = promise;
    }
    if (!busy) {
      run();
    }
    return promise.future();
  }

  /** Whether the next run has to wait for the end of a rest. */
  public boolean isResting() {
    return resting;
  }

  private void run() {
    Promise<Void> served = waiting;
    if (served == null) {
      return;
    }
    waiting = null;
    busy = true;
    action
        .get()
        .onComplete(
            rest -> finished(served, null, rest),
            cause -> finished(served, cause, REST_AFTER_FAILURE_MS));
  }

  private void finished(Promise<Void> served, @Nullable Throwable cause, long rest) {
    if (cause == null) {
      served.complete();
    } else {
      served.fail(cause);
    }
    if (rest > 0) {
      resting = true;
      vertx.setTimer(rest, timer -> next());
    } else {
      next();
    }
  }

  private void next() {
    resting = false;
    busy = false;
    run();
  }
}
