package dev.krabkrab.gateway.agent.usage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelPrice;
import dev.krabkrab.gateway.agent.models.ModelPrices;
import java.math.BigDecimal;
import java.util.List;

/**
 * Tokens and their cost, summed up. Protocol 03 §4.
 *
 * @param cost in US dollars, exact
 * @param unpriced answers of models that have no price
 */
record CostTotal(Tokens tokens, BigDecimal cost, long unpriced) {
  static final CostTotal NONE = new CostTotal(Tokens.NONE, BigDecimal.ZERO, 0);

  static CostTotal of(List<ModelUse> uses, ModelPrices prices) {
    CostTotal sum = NONE;
    for (ModelUse use : uses) {
      long unpriced = use.isPriced(prices) ? 0 : use.tokens().entries();
      sum = sum.plus(new CostTotal(use.tokens(), use.cost(prices), unpriced));
    }
    return sum;
  }

  CostTotal plus(CostTotal more) {
    return new CostTotal(tokens.plus(more.tokens), cost.add(more.cost), unpriced + more.unpriced);
  }

  void putInto(ObjectNode json) {
    json.put("input", tokens.input())
        .put("output", tokens.output())
        .put("cacheRead", tokens.cacheRead())
        .put("cacheWrite", tokens.cacheWrite())
        .put("totalTokens", tokens.total())
        .put("totalCost", ModelPrice.wire(cost))
        .put("missingCostEntries", unpriced);
  }
}
