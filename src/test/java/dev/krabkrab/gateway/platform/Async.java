package dev.krabkrab.gateway.platform;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.junit5.VertxTestContext;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits for futures, and runs work on a context, from the thread of a test. */
public final class Async {
  private static final int PATIENCE_SECONDS = 40;

  private Async() {}

  /**
   * Returns what the future completes with, within {@value #PATIENCE_SECONDS} seconds.
   *
   * <p>Throws what it failed with, unchanged.
   */
  public static <T> T get(Future<T> future) {
    VertxTestContext test = new VertxTestContext();
    future.onComplete(test.succeedingThenComplete());
    try {
      if (!test.awaitCompletion(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("not complete after " + PATIENCE_SECONDS + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    if (test.failed()) {
      throw Async.<RuntimeException>unchecked(test.causeOfFailure());
    }
    return future.result();
  }

  /** Runs the work on the context and waits for what it returns. */
  public static <T> T on(Context context, Supplier<Future<T>> work) {
    return get(start(context, work));
  }

  /** Runs the work on the context; the future fails with what the work throws. */
  public static <T> Future<T> start(Context context, Supplier<Future<T>> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(
        turn -> {
          try {
            work.get().onComplete(done);
          } catch (RuntimeException e) {
            done.fail(e);
          }
        });
    return done.future();
  }

  @SuppressWarnings("unchecked") // the compiler alone looks at what is checked
  private static <E extends Throwable> E unchecked(Throwable cause) throws E {
    throw (E) cause;
  }
}
