package dev.krabkrab.gateway.runs;

import dev.krabkrab.gateway.models.ModelUsage;
import dev.krabkrab.gateway.sessions.SessionRules.ModelName;

/** Takes down what runs used. */
@FunctionalInterface
public interface UsageNotes {
  /**
   * A turn ended.
   *
   * @param sessionKey canonical
   */
  void used(String sessionKey, ModelName model, ModelUsage usage);
}
