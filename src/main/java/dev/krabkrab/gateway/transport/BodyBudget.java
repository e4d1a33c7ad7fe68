package dev.krabkrab.gateway.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What the bodies of all requests in flight take together on one instance. Safe from any thread.
 */
public final class BodyBudget {
  private final long bound;
  private final AtomicLong taken = new AtomicLong();

  /**
   * @param bound bytes
   */
  public BodyBudget(long bound) {
    this.bound = bound;
  }

  /** Takes so many bytes; false, and of no effect, when there are not so many left. */
  boolean take(long bytes) {
    if (taken.addAndGet(bytes) > bound) {
      taken.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void give(long bytes) {
    taken.addAndGet(-bytes);
  }

  /** Bytes taken now. */
  public long taken() {
    return taken.get();
  }
}
