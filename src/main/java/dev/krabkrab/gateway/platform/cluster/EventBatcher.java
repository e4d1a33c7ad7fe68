package dev.krabkrab.gateway.platform.cluster;

import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage.EventPublished;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Collects events that need not go out one by one. The first after a rest leaves at once, what
 * comes during the rest leaves together at its end. Safe from any thread.
 */
final class EventBatcher {
  private static final long REST_MS = 250;

  /** Events in one go; more of them do not wait for the end of the rest. */
  private static final int FULL = 200;

  private final Vertx vertx;
  private final Context context;
  private final Consumer<List<EventPublished>> out;
  private List<EventPublished> gathered = new ArrayList<>();
  private boolean resting;

  EventBatcher(Vertx vertx, Consumer<List<EventPublished>> out) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.out = out;
  }

  void add(EventPublished event) {
    context.runOnContext(
        turn -> {
          gathered.add(event);
          if (!resting || gathered.size() >= FULL) {
            flush();
          }
        });
  }

  private void flush() {
    List<EventPublished> together = List.copyOf(gathered);
    gathered = new ArrayList<>();
    out.accept(together);
    if (!resting) {
      rest();
    }
  }

  private void rest() {
    resting = true;
    vertx.setTimer(
        REST_MS,
        over -> {
          resting = false;
          if (!gathered.isEmpty()) {
            flush();
          }
        });
  }
}
