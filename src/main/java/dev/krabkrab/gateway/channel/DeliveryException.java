package dev.krabkrab.gateway.channel;

import org.jspecify.annotations.Nullable;

/** A message that is not out. Carries no stack trace: it is an answer, not a fault. */
public final class DeliveryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean passing;
  private final long retryAfterMs;
  private final @Nullable String movedTo;

  private DeliveryException(
      String message, boolean passing, long retryAfterMs, @Nullable String movedTo) {
    super(message, null, false, false);
    this.passing = passing;
    this.retryAfterMs = retryAfterMs;
    this.movedTo = movedTo;
  }

  /** The channel does not take it, and never will. */
  public static DeliveryException refused(String why) {
    return new DeliveryException(why, false, 0, null);
  }

  /**
   * It may be taken later.
   *
   * @param retryAfterMs not before so many milliseconds; 0 when not said
   */
  public static DeliveryException passing(String why, long retryAfterMs) {
    return new DeliveryException(why, true, retryAfterMs, null);
  }

  /**
   * The chat goes on under another id.
   *
   * @param to as {@link ChannelConnector#target} writes it
   */
  public static DeliveryException moved(String why, String to) {
    return new DeliveryException(why, false, 0, to);
  }

  /** The id under which the chat goes on, or null when it is where it was. */
  public @Nullable String movedTo() {
    return movedTo;
  }

  /** Whether another try makes sense. */
  public boolean isPassing() {
    return passing;
  }

  /** How long to wait before it, at least, in milliseconds. */
  public long retryAfterMs() {
    return retryAfterMs;
  }
}
