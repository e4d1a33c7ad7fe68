package dev.krabkrab.gateway.usage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.protocol.Json;
import java.util.HashMap;
import java.util.Map;

/**
 * What models cost, by {@code models.providers.*.models[].cost} of the gateway document: US dollars
 * for a million tokens of each kind, 0 for a kind that is not named.
 */
final class Prices {
  private static final double A_MILLION = 1_000_000;

  private record Name(String provider, String model) {}

  private record Price(double input, double output, double cacheRead, double cacheWrite) {
    double of(Tokens tokens) {
      return (input * tokens.input()
              + output * tokens.output()
              + cacheRead * tokens.cacheRead()
              + cacheWrite * tokens.cacheWrite())
          / A_MILLION;
    }
  }

  private final Map<Name, Price> prices;

  private Prices(Map<Name, Price> prices) {
    this.prices = prices;
  }

  /** Reads the document; a model without {@code cost} has no price. */
  static Prices of(JsonNode document) {
    Map<Name, Price> prices = new HashMap<>();
    for (Map.Entry<String, JsonNode> provider : document.at("/models/providers").properties()) {
      for (JsonNode model : provider.getValue().path("models")) {
        String id = Json.nonBlank(model, "id");
        JsonNode cost = model.path("cost");
        if (id != null && cost.isObject()) {
          prices.put(
              new Name(provider.getKey(), id),
              new Price(
                  amount(cost, "input"),
                  amount(cost, "output"),
                  amount(cost, "cacheRead"),
                  amount(cost, "cacheWrite")));
        }
      }
    }
    return new Prices(prices);
  }

  private static double amount(JsonNode cost, String kind) {
    return Math.max(0, cost.path(kind).asDouble(0));
  }

  /** Whether the model has a price. */
  boolean has(ModelUse use) {
    return prices.containsKey(name(use));
  }

  /** What it cost, in US dollars; 0 for a model without a price. */
  double of(ModelUse use) {
    Price price = prices.get(name(use));
    return price == null ? 0 : price.of(use.tokens());
  }

  private static Name name(ModelUse use) {
    return new Name(use.provider(), use.model());
  }
}
