package dev.krabkrab.gateway.platform.transport;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Queues what one connection does only as fast as its peer reads, and notices when that peer does
 * not read at all. For the socket's event loop.
 */
final class ReadPacing {
  /**
   * A peer that takes nothing for so long while it is waited for does not read, in milliseconds.
   */
  static final long PATIENCE_MS = 30_000;

  private final Deque<Runnable> next = new ArrayDeque<>();
  private long pending;
  private long movedAtMs;

  void add(Runnable task) {
    next.add(task);
  }

  boolean isEmpty() {
    return next.isEmpty();
  }

  /** The next that is to be done; of no effect when there is none. */
  void advance() {
    Runnable task = next.poll();
    if (task != null) {
      task.run();
    }
  }

  void clear() {
    next.clear();
  }

  /**
   * Whether the peer has taken nothing for too long. Called every second.
   *
   * @param waited whether something waits for the peer to read
   * @param pendingNow bytes that it has not taken yet
   */
  boolean isStuck(boolean waited, long pendingNow, long nowMs) {
    if (!waited || pendingNow < pending || movedAtMs == 0) {
      movedAtMs = nowMs;
    }
    pending = pendingNow;
    return nowMs - movedAtMs >= PATIENCE_MS;
  }
}
