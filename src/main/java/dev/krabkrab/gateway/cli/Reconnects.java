package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.platform.net.Backoff;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** The pauses of a command that outlives a single connection. For one thread. */
final class Reconnects {
  private static final Backoff WAITS = new Backoff(500, 15_000);

  private final CliContext context;
  private final Backoff.Attempts attempts = WAITS.attempts(RandomGenerator.getDefault());

  Reconnects(CliContext context) {
    this.context = context;
  }

  /** A connection came about: the next pause is short again. */
  void connected() {
    attempts.serving();
  }

  /**
   * Pauses longer after each failure in a row.
   *
   * @throws CliException the failure itself when no retry can mend it; when interrupted
   */
  void waitAfter(CliException failure) {
    if (Thread.currentThread().isInterrupted() || !isPassing(failure)) {
      throw failure;
    }
    long waitMs = attempts.nextMs();
    context.err().println(failure.getMessage() + "; trying again in " + waitMs + " ms.");
    try {
      TimeUnit.MILLISECONDS.sleep(waitMs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ExitCodes.UNREACHABLE, "interrupted", null, null, e);
    }
  }

  private static boolean isPassing(CliException failure) {
    GatewayError error = failure.error();
    return error == null
        ? failure.exitCode() == ExitCodes.UNREACHABLE || failure.exitCode() == ExitCodes.TIMEOUT
        : error.code().equals("UNAVAILABLE");
  }
}
