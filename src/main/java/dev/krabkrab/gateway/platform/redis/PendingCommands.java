package dev.krabkrab.gateway.platform.redis;

import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Commands without an answer, in the order sent, with one shared clock instead of a timer each. The
 * clock moves in {@link #advance}, by no more than twice the period even when the event loop was
 * held up for longer: answers that already wait in the socket are not counted as late.
 */
final class PendingCommands {

  /** How often the owner calls {@link #advance}, in milliseconds. */
  static final long PERIOD_MS = 100;

  /** One command: its promise, when it is late, and what to send when Redis lacks the script. */
  static final class Entry {
    private final Promise<Response> promise = Promise.promise();
    private final long deadline;
    private @Nullable Supplier<Request> withoutScript;

    /** The clock of the metrics when it was sent. */
    long sentAt;

    private Entry(long deadline, @Nullable Supplier<Request> withoutScript) {
      this.deadline = deadline;
      this.withoutScript = withoutScript;
    }

    Promise<Response> promise() {
      return promise;
    }

    /** The replacement request, once. */
    @Nullable Supplier<Request> takeReplacement() {
      Supplier<Request> replacement = withoutScript;
      withoutScript = null;
      return replacement;
    }

    private boolean done() {
      return promise.future().isComplete();
    }
  }

  private final Deque<Entry> entries = new ArrayDeque<>();
  private final long timeoutMillis;
  private final Runnable onLate;
  private long elapsedMillis;

  /** Told of each command that fails because it is late. */
  PendingCommands(long timeoutMillis, Runnable onLate) {
    this.timeoutMillis = timeoutMillis;
    this.onLate = onLate;
  }

  Entry add(@Nullable Supplier<Request> withoutScript) {
    Entry entry = new Entry(elapsedMillis + timeoutMillis, withoutScript);
    entries.add(entry);
    return entry;
  }

  /** Forgets answered commands at the head; on a single server that is always the answered one. */
  void trim() {
    Entry head = entries.peek();
    while (head != null && head.done()) {
      entries.poll();
      head = entries.peek();
    }
  }

  /**
   * Moves the clock and fails what is late.
   *
   * @param millis real time since the last call
   * @return the time counted
   */
  long advance(long millis) {
    long counted = Math.min(millis, 2 * PERIOD_MS);
    elapsedMillis += counted;
    Entry head = entries.peek();
    while (head != null && (head.done() || head.deadline <= elapsedMillis)) {
      entries.poll();
      if (!head.done()) {
        onLate.run();
        head.promise.tryFail(
            new RedisUnavailableException("Redis did not answer in " + timeoutMillis + " ms"));
      }
      head = entries.peek();
    }
    return counted;
  }

  void failAll(RedisUnavailableException cause) {
    Entry[] failed = entries.toArray(Entry[]::new);
    entries.clear();
    for (Entry entry : failed) {
      entry.promise.tryFail(cause);
    }
  }
}
