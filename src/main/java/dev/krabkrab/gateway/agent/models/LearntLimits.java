package dev.krabkrab.gateway.agent.models;

import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * The context windows of models, in tokens: those of the gateway document, or less where a provider
 * has refused more. What was learnt is of this instance alone and is forgotten after an hour,
 * because a server may have been given more meanwhile. Belongs to one context.
 */
final class LearntLimits implements ContextLimits {
  private static final long KEPT_MS = 3_600_000;
  private static final int MOST = 200;
  private static final int SMALLEST = 256;

  private final ToIntFunction<ModelName> configured;
  private final InstantSource clock;
  private final Map<ModelName, Learnt> learnt = new HashMap<>();

  private record Learnt(int tokens, long atMs) {}

  LearntLimits(ToIntFunction<ModelName> configured, InstantSource clock) {
    this.configured = configured;
    this.clock = clock;
  }

  @Override
  public int of(ModelName model) {
    int documented = configured.applyAsInt(model);
    Learnt known = learnt.get(model);
    if (known == null || clock.millis() - known.atMs() > KEPT_MS) {
      return documented;
    }
    return documented > 0 ? Math.min(documented, known.tokens()) : known.tokens();
  }

  @Override
  public void learn(ModelName model, long tokens) {
    long now = clock.millis();
    learnt.values().removeIf(old -> now - old.atMs() > KEPT_MS);
    if (learnt.size() < MOST || learnt.containsKey(model)) {
      int least = (int) Math.max(SMALLEST, Math.min(Integer.MAX_VALUE, tokens));
      learnt.put(model, new Learnt(least, now));
    }
  }
}
