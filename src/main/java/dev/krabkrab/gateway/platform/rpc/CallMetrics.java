package dev.krabkrab.gateway.platform.rpc;

import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Counts calls and how long their callers wait for a first answer. Told of every request, on any
 * event loop: an implementation neither blocks nor allocates. A null method stands for every name
 * that is not in the catalogue.
 */
public interface CallMetrics {
  /** Counts nothing. */
  CallMetrics NONE =
      new CallMetrics() {
        @Override
        public long arrived(@Nullable MethodSpec method) {
          return 0;
        }

        @Override
        public void answered(@Nullable MethodSpec method, long arrivedAt, Outcome outcome) {}
      };

  /** How a call ended for its caller. */
  enum Outcome {
    OK,
    /** The request was not what the method takes, or named what is not there. */
    INVALID,
    /** The caller lacks the role or the scope. */
    DENIED,
    /** The method does no work on this gateway yet. */
    UNSERVED,
    /** Redis, a node or another instance could not be had. */
    UNAVAILABLE,
    /** A fault of this gateway. */
    FAILED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name in lower case. */
    public String label() {
      return label;
    }

    static Outcome of(ErrorShape error) {
      return switch (error.code()) {
        case ErrorShape.UNAVAILABLE -> Failures.isFault(error) ? FAILED : UNAVAILABLE;
        case ErrorShape.FORBIDDEN, ErrorShape.NOT_PAIRED -> DENIED;
        default -> INVALID;
      };
    }
  }

  /**
   * A request arrived.
   *
   * @return a reading of the clock that {@link #answered} wants to see again
   */
  long arrived(@Nullable MethodSpec method);

  /** Its first answer is on its way; called once for each {@link #arrived}. */
  void answered(@Nullable MethodSpec method, long arrivedAt, Outcome outcome);
}
