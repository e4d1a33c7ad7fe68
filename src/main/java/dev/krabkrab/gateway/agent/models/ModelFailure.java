package dev.krabkrab.gateway.agent.models;

import org.jspecify.annotations.Nullable;

/**
 * A model did not answer.
 *
 * <p>{@link #getMessage()} is for people, and holds no secret.
 */
public final class ModelFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * The sizes of a request that is longer than the model takes.
   *
   * @param limit what it takes, in tokens; 0 when the provider did not say
   * @param requested how long the provider found it, in tokens; 0 when it did not say
   */
  public record TooLong(int limit, int requested) {}

  private final boolean passing;
  private final boolean ofThisModel;
  private final long retryAfterMs;
  private final transient @Nullable TooLong tooLong;

  /**
   * @param passing the same request may be answered later
   */
  public ModelFailure(String message, boolean passing) {
    this(message, passing, true);
  }

  /**
   * @param ofThisModel another model may answer the same request
   */
  public ModelFailure(String message, boolean passing, boolean ofThisModel) {
    this(message, passing, ofThisModel, 0, null);
  }

  ModelFailure(
      String message,
      boolean passing,
      boolean ofThisModel,
      long retryAfterMs,
      @Nullable TooLong tooLong) {
    super(message, null, false, false);
    this.passing = passing;
    this.ofThisModel = ofThisModel;
    this.retryAfterMs = retryAfterMs;
    this.tooLong = tooLong;
  }

  /** The request is longer than the model takes: the same again is of no use. */
  public static ModelFailure tooLong(String message, TooLong tooLong) {
    return new ModelFailure(message, false, true, 0, tooLong);
  }

  /** The same in other words. */
  public ModelFailure saying(String message) {
    return new ModelFailure(message, passing, ofThisModel, retryAfterMs, tooLong);
  }

  public boolean isPassing() {
    return passing;
  }

  public boolean isOfThisModel() {
    return ofThisModel;
  }

  /** How long the provider wants to be left alone, in milliseconds; 0 when it did not say. */
  public long retryAfterMs() {
    return retryAfterMs;
  }

  /** Not null when the request is longer than the model takes. */
  public @Nullable TooLong tooLong() {
    return tooLong;
  }
}
