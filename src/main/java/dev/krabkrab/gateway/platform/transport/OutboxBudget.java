package dev.krabkrab.gateway.platform.transport;

/**
 * Bounds what waits for the slow readers of one event loop together. Each outbox is bounded by
 * itself, but a thousand of them would still fill the memory, and so would one turn of the loop
 * that writes to thousands before it hands their sockets anything. Used on that loop only.
 */
final class OutboxBudget {
  private final long bound;
  private final Runnable relief;
  private long total;
  private boolean relieving;

  /**
   * @param bound bytes that may wait
   * @param relief run when there are more, and not again before it is through
   */
  OutboxBudget(long bound, Runnable relief) {
    this.bound = bound;
    this.relief = relief;
  }

  /** One outbox grew by so many bytes, or shrank. */
  void changed(long bytes) {
    total += bytes;
    if (total > bound && !relieving) {
      relieving = true;
      try {
        relief.run();
      } finally {
        relieving = false;
      }
    }
  }

  long total() {
    return total;
  }

  long bound() {
    return bound;
  }
}
