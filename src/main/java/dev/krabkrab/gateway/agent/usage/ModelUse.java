package dev.krabkrab.gateway.agent.usage;

import dev.krabkrab.gateway.agent.models.ModelPrices;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import java.math.BigDecimal;

/** The use of one model by one agent. */
public record ModelUse(String agentId, String provider, String model, Tokens tokens) {
  boolean isPriced(ModelPrices prices) {
    return prices.has(name());
  }

  /** What it cost, in US dollars; 0 for a model without a price. */
  BigDecimal cost(ModelPrices prices) {
    return prices.of(name()).total(tokens.toUsage());
  }

  private ModelName name() {
    return new ModelName(provider, model);
  }
}
