package dev.krabkrab.gateway.platform.cluster;

import io.vertx.core.Vertx;

/**
 * Measures the way of a message: this instance publishes to itself and looks at its own clock when
 * the message arrives, so that no two clocks are compared. For the backplane's context.
 */
final class LatencyProbe {
  private static final String PREFIX = "echo ";
  private static final long EVERY_MS = 5_000;

  private final BackplaneStore store;
  private final String instance;
  private final BackplaneMetrics metrics;
  private long number;
  private long sentAt;
  private boolean awaited;

  LatencyProbe(Vertx vertx, BackplaneStore store, String instance, BackplaneMetrics metrics) {
    this.store = store;
    this.instance = instance;
    this.metrics = metrics;
    vertx.setPeriodic(0, EVERY_MS, timer -> call());
  }

  /** Takes a message if it is an echo. */
  boolean received(String text) {
    if (!text.startsWith(PREFIX)) {
      return false;
    }
    if (awaited && text.equals(PREFIX + number)) {
      awaited = false;
      metrics.echoed(System.nanoTime() - sentAt);
    }
    return true;
  }

  private void call() {
    if (awaited) {
      metrics.echoLost();
    }
    long mine = ++number;
    awaited = true;
    sentAt = System.nanoTime();
    store.publish(store.channelOf(instance), PREFIX + mine).onFailure(away -> unsent(mine));
  }

  private void unsent(long which) {
    if (which == number) {
      awaited = false;
    }
  }
}
