package dev.krabkrab.gateway.runs;

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
final class Places {
  private final ToIntFunction<OwnRun> most;
  private final Consumer<OwnRun> begin;
  private final Set<OwnRun> working = new HashSet<>();
  private final SequencedMap<OwnRun, Promise<Void>> returning = new LinkedHashMap<>();
  private final Queue<OwnRun> ready = new ArrayDeque<>();

  /**
   * @param most places there are, as a run's rules say now
   * @param begin tries once more to begin a run that had no place
   */
  Places(ToIntFunction<OwnRun> most, Consumer<OwnRun> begin) {
    this.most = most;
    this.begin = begin;
  }

  /** Takes a place for a run that is to begin; false when it has to wait for one. */
  boolean enter(OwnRun run) {
    if (hasRoom(run)) {
      working.add(run);
      return true;
    }
    if (!ready.contains(run)) {
      ready.add(run);
    }
    return false;
  }

  /** A run does without its place, for now. */
  void leave(OwnRun run) {
    if (working.remove(run)) {
      fill();
    }
  }

  /** Waits until a run that left has a place again, or is over. */
  Future<Void> comeBack(OwnRun run) {
    if (working.contains(run)) {
      return Future.succeededFuture();
    }
    Future<Void> back = returning.computeIfAbsent(run, key -> Promise.promise()).future();
    fill();
    return back;
  }

  /** A run is over, or no longer this instance's. */
  void forget(OwnRun run) {
    ready.remove(run);
    Promise<Void> back = returning.remove(run);
    if (back != null) {
      back.complete();
    }
    leave(run);
  }

  private boolean hasRoom(OwnRun run) {
    return working.size() < most.applyAsInt(run);
  }

  private void fill() {
    while (!returning.isEmpty()) {
      Map.Entry<OwnRun, Promise<Void>> first = Objects.requireNonNull(returning.firstEntry());
      OwnRun run = first.getKey();
      if (!hasRoom(run)) {
        return;
      }
      returning.remove(run);
      working.add(run);
      first.getValue().complete();
    }
    for (OwnRun next = ready.peek(); next != null && hasRoom(next); next = ready.peek()) {
      ready.remove();
      begin.accept(next);
    }
  }
}
