package dev.krabkrab.gateway.agent.runs;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The callers that wait here for runs to finish, wherever they are. Made on, and for, one context.
 */
final class RunWaits {
  private final Vertx vertx;
  private final Map<String, List<Promise<Void>>> waiting = new HashMap<>();

  RunWaits(Vertx vertx) {
    this.vertx = vertx;
  }

  void finished(String runId) {
    List<Promise<Void>> woken = waiting.remove(runId);
    if (woken != null) {
      woken.forEach(Promise::tryComplete);
    }
  }

  /** Completes when the run is said to be over, or the time is. */
  Future<Void> next(String runId, long atMostMs) {
    Promise<Void> woken = Promise.promise();
    waiting.computeIfAbsent(runId, id -> new ArrayList<>()).add(woken);
    long timer = vertx.setTimer(Math.max(1, atMostMs), late -> woken.tryComplete());
    return woken
        .future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              waiting.computeIfPresent(
                  runId,
                  (id, all) -> {
                    all.remove(woken);
                    return all.isEmpty() ? null : all;
                  });
            });
  }
}
