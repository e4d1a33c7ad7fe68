package dev.krabkrab.gateway.models;

/**
 * A model did not answer.
 *
 * <p>{@link #getMessage()} is for people, and holds no secret.
 */
public final class ModelFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean passing;
  private final boolean ofThisModel;

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
    super(message, null, false, false);
    this.passing = passing;
    this.ofThisModel = ofThisModel;
  }

  public boolean isPassing() {
    return passing;
  }

  public boolean isOfThisModel() {
    return ofThisModel;
  }
}
