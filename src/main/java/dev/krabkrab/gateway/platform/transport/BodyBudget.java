package dev.krabkrab.gateway.platform.transport;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what the bodies of all requests in flight take together on one instance. One of them at a
 * time may take more than is left, so that the largest that a request may have passes everywhere.
 * Safe from any thread.
 */
public final class BodyBudget {
  private final long bound;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicReference<@Nullable Object> large = new AtomicReference<>();

  /**
   * @param bound bytes
   */
  public BodyBudget(long bound) {
    this.bound = bound;
  }

  /**
   * Takes so many bytes; false, and of no effect, when there are not so many left.
   *
   * @param held what the taker has taken before
   */
  boolean take(Object taker, long held, long bytes) {
    if (taken.addAndGet(bytes) <= bound || isLarge(taker, held)) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  /** Only what has come far already is let further than the bound. */
  private boolean isLarge(Object taker, long held) {
    return large.get() == taker || (held >= bound / 2 && large.compareAndSet(null, taker));
  }

  void give(Object taker, long bytes) {
    taken.addAndGet(-bytes);
    large.compareAndSet(taker, null);
  }

  /** Bytes taken now. */
  public long taken() {
    return taken.get();
  }
}
