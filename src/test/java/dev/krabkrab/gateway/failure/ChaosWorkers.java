package dev.krabkrab.gateway.failure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.e2e.Roamer;
import dev.krabkrab.gateway.failure.History.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Clients that work, each on a thread of its own, while everything breaks, and take notes. */
abstract class ChaosWorkers implements AutoCloseable {
  final History history;
  final Duration trouble;
  private final List<Roamer> roamers = new ArrayList<>();
  private final List<Thread> workers = new ArrayList<>();
  private volatile boolean over;

  /**
   * @param trouble longest fault, drain and restart included, and the time to find one's way after
   *     it
   */
  ChaosWorkers(History history, Duration trouble) {
    this.history = history;
    this.trouble = trouble;
  }

  final Roamer add(Roamer roamer) {
    roamers.add(roamer);
    return roamer;
  }

  final Roamer firstRoamer() {
    return roamers.getFirst();
  }

  final void work(Runnable work) {
    workers.add(Thread.ofVirtual().start(work));
  }

  /** Whether no new work is to be begun. */
  final boolean over() {
    return over;
  }

  /** Lets everybody finish what they are at, and notes who does not. */
  final void finish(String worker, Duration patience) throws InterruptedException {
    over = true;
    for (Thread thread : workers) {
      if (!thread.join(patience)) {
        history.add(new Entry.Hung(worker));
      }
    }
  }

  interface Attempt {
    /** Throws where another connection is being made. */
    CompletableFuture<JsonNode> make();
  }

  /**
   * Repeats a request until it succeeds with a payload that will do; null when that takes longer
   * than so many troubles.
   */
  final @Nullable JsonNode until(
      String what, int troubles, Attempt attempt, Predicate<JsonNode> enough) {
    long bound = System.nanoTime() + trouble.multipliedBy(troubles).toNanos();
    while (System.nanoTime() < bound) {
      JsonNode frame = once(what, attempt);
      if (frame != null && Calls.ok(frame) && enough.test(frame.path("payload"))) {
        return frame.path("payload");
      }
      FaultyCluster.last(Duration.ofMillis(50));
    }
    history.add(new Entry.Hung(what));
    return null;
  }

  /** The answer, or null when the connection ended first; a call without either hangs. */
  final @Nullable JsonNode once(String what, Attempt attempt) {
    try {
      return attempt.make().get(trouble.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | IllegalStateException gone) {
      return null;
    } catch (TimeoutException e) {
      history.add(new Entry.Hung(what));
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  @Override
  public void close() {
    over = true;
    roamers.forEach(Roamer::close);
  }
}
