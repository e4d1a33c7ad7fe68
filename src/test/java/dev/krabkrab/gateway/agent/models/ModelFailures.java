package dev.krabkrab.gateway.agent.models;

/** Failures for tests of other rooms. */
public final class ModelFailures {
  private ModelFailures() {}

  /** One of a provider that wants to be left alone. */
  public static ModelFailure busy(long retryAfterMs) {
    return new ModelFailure("429 busy", true, true, retryAfterMs, null);
  }
}
