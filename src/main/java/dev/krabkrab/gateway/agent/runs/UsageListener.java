package dev.krabkrab.gateway.agent.runs;

import dev.krabkrab.gateway.agent.models.ModelUsage;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;

/** Takes down what runs used. */
@FunctionalInterface
public interface UsageListener {
  /**
   * A turn is over.
   *
   * @param sessionKey canonical
   */
  void used(String sessionKey, ModelName model, ModelUsage usage);
}
