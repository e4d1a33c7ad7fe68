package dev.krabkrab.gateway.usage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Tokens and their cost, summed up. Protocol 03 §4.
 *
 * @param cost in US dollars
 * @param unpriced answers of models that have no price
 */
record CostTotal(Tokens tokens, double cost, long unpriced) {
  static final CostTotal NONE = new CostTotal(Tokens.NONE, 0, 0);

  static CostTotal of(List<ModelUse> uses, Prices prices) {
    CostTotal sum = NONE;
    for (ModelUse use : uses) {
      long unpriced = prices.has(use) ? 0 : use.tokens().entries();
      sum = sum.plus(new CostTotal(use.tokens(), prices.of(use), unpriced));
    }
    return sum;
  }

  CostTotal plus(CostTotal more) {
    return new CostTotal(tokens.plus(more.tokens), cost + more.cost, unpriced + more.unpriced);
  }

  void putInto(ObjectNode json) {
    json.put("input", tokens.input())
        .put("output", tokens.output())
        .put("cacheRead", tokens.cacheRead())
        .put("cacheWrite", tokens.cacheWrite())
        .put("totalTokens", tokens.total())
        .put("totalCost", cost)
        .put("missingCostEntries", unpriced);
  }
}
