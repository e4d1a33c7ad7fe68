package dev.krabkrab.gateway.platform.redis;

import org.jspecify.annotations.Nullable;

/**
 * Redis gave no usable answer: not connected, too many commands outstanding, no answer within the
 * command timeout, a write its replicas did not acknowledge, or a server that refuses what it is
 * asked ({@link RedisRefusal}): it is full, cannot save, is loading or being replaced. Whether the
 * command took effect is unknown. Callers answer {@code UNAVAILABLE}, retryable. Carries no stack
 * trace: it is thrown in masses when Redis goes away.
 */
public final class RedisUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** An outage described by {@code message}, which contains no secret. */
  public RedisUnavailableException(String message) {
    this(message, null);
  }

  /** An outage described by {@code message} with what caused it. */
  public RedisUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
  }

  /** False when Redis said that it did not do what it was asked. */
  public boolean mayHaveBeenDone() {
    Throwable cause = getCause();
    RedisRefusal refusal = cause == null ? null : RedisRefusal.of(cause);
    return refusal == null || refusal == RedisRefusal.CONNECTION_CLOSED;
  }
}
