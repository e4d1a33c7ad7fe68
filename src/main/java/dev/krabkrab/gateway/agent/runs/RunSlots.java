package dev.krabkrab.gateway.agent.runs;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * Places of this instance for runs at work. A run that waits for people or for other runs leaves
 * its place to somebody else, and goes on before those that have not begun. For one context.
 */
final class RunSlots {
  private final ToIntFunction<LocalRun> most;
  private final Consumer<LocalRun> begin;
  private final Set<LocalRun> working = new HashSet<>();
  private final SequencedMap<LocalRun, Promise<Void>> returning = new LinkedHashMap<>();
  private final Queue<LocalRun> ready = new ArrayDeque<>();

  /**
   * @param most places there are, as a run's rules say now
   * @param begin tries once more to begin a run that had no place
   */
  RunSlots(ToIntFunction<LocalRun> most, Consumer<LocalRun> begin) {
    this.most = most;
    this.begin = begin;
  }

  /** Takes a place for a run that is to begin; false when it has to wait for one. */
  boolean enter(LocalRun run) {
    if (hasRoom(run)) {
      working.add(run);
      return true;
    }
    if (!ready.contains(run)) {
      ready.add(run);
    }
    return false;
  }

  /** A run gives up its place until it comes back. */
  void leave(LocalRun run) {
    if (working.remove(run)) {
      fill();
    }
  }

  /** Waits until a run that left has a place again, or is over. */
  Future<Void> comeBack(LocalRun run) {
    if (working.contains(run)) {
      return Future.succeededFuture();
    }
    Future<Void> back = returning.computeIfAbsent(run, key -> Promise.promise()).future();
    fill();
    return back;
  }

  /** A run is over, or no longer this instance's. */
  void forget(LocalRun run) {
    ready.remove(run);
    Promise<Void> back = returning.remove(run);
    if (back != null) {
      back.complete();
    }
    leave(run);
  }

  private boolean hasRoom(LocalRun run) {
    return working.size() < most.applyAsInt(run);
  }

  private void fill() {
    while (!returning.isEmpty()) {
      Map.Entry<LocalRun, Promise<Void>> first = Objects.requireNonNull(returning.firstEntry());
      LocalRun run = first.getKey();
      if (!hasRoom(run)) {
        return;
      }
      returning.remove(run);
      working.add(run);
      first.getValue().complete();
    }
    for (LocalRun next = ready.peek(); next != null && hasRoom(next); next = ready.peek()) {
      ready.remove();
      begin.accept(next);
    }
  }
}
