package dev.krabkrab.gateway.agent.models;

import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;

/** The context windows of models, in tokens. Belongs to one context. */
public interface ContextLimits {
  /** What the model takes; 0 when nobody has said. */
  int of(ModelName model);

  /** The provider has refused more. */
  void learn(ModelName model, long tokens);
}
