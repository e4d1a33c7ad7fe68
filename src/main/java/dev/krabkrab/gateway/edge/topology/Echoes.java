package dev.krabkrab.gateway.edge.topology;

import dev.krabkrab.gateway.platform.cluster.BackplaneMetrics;
import java.util.concurrent.TimeUnit;

/** Remembers how long the last message to this instance itself took. Safe from any thread. */
public final class Echoes implements BackplaneMetrics {
  private final BackplaneMetrics next;
  private volatile double lastMs = -1;

  /**
   * @param next is told everything as well
   */
  public Echoes(BackplaneMetrics next) {
    this.next = next;
  }

  /** In milliseconds; negative when the last one was lost or there was none. */
  double lastMs() {
    return lastMs;
  }

  @Override
  public void echoed(long nanos) {
    lastMs = TimeUnit.NANOSECONDS.toMicros(nanos) / 1_000.0;
    next.echoed(nanos);
  }

  @Override
  public void echoLost() {
    lastMs = -1;
    next.echoLost();
  }

  @Override
  public void subscriptionLost() {
    next.subscriptionLost();
  }
}
