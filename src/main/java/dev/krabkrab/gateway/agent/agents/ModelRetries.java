package dev.krabkrab.gateway.agent.agents;

import dev.krabkrab.gateway.agent.models.ModelFailure;
import dev.krabkrab.gateway.platform.net.Backoff;
import java.util.random.RandomGenerator;

/** The retry policy for a model that failed, before the next model is tried. */
final class ModelRetries {
  private static final int MOST = 3;
  private static final Backoff WAITS = new Backoff(500, 20_000);

  /** Who wants to be left alone for longer is not waited for. */
  private static final long LONGEST_ASKED_MS = 60_000;

  private final RandomGenerator random;
  private int made;

  ModelRetries(RandomGenerator random) {
    this.random = random;
  }

  /** The model answered, or is another one. */
  void reset() {
    made = 0;
  }

  /**
   * One more has failed.
   *
   * @return milliseconds to wait, never less than the provider requested; -1 when it is not to be
   *     retried
   */
  long nextMs(ModelFailure failure) {
    if (!failure.isPassing() || failure.retryAfterMs() > LONGEST_ASKED_MS || ++made >= MOST) {
      return -1;
    }
    return WAITS.waitMs(made, failure.retryAfterMs(), random);
  }

  /** The failure in the words of whoever hears it when nothing more is tried. */
  static ModelFailure last(ModelFailure failure) {
    if (failure.tooLong() != null) {
      return failure.saying(
          failure.getMessage()
              + " - The conversation is too long for this model. Begin a new one with /new, or set"
              + " contextWindow of the model in models.providers to what its server takes.");
    }
    return failure.isPassing() && failure.retryAfterMs() > LONGEST_ASKED_MS
        ? failure.saying(
            failure.getMessage()
                + " (the provider asks to be left alone for "
                + failure.retryAfterMs() / 1_000
                + " s)")
        : failure;
  }
}
