package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.HashMap;
import java.util.Map;

/**
 * The prices of all models, by {@code models.providers.*.models[].cost} of the gateway document. A
 * model without {@code cost} has none. Immutable.
 */
public record ModelPrices(Map<ModelName, ModelPrice> prices) {
  public ModelPrices {
    prices = Map.copyOf(prices);
  }

  /** Reads the document. */
  public static ModelPrices of(JsonNode document) {
    Map<ModelName, ModelPrice> prices = new HashMap<>();
    for (Map.Entry<String, JsonNode> provider : document.at("/models/providers").properties()) {
      for (JsonNode model : provider.getValue().path("models")) {
        String id = Json.nonBlank(model, "id");
        JsonNode cost = model.path("cost");
        if (id != null && cost.isObject()) {
          prices.put(new ModelName(provider.getKey(), id), ModelPrice.of(cost));
        }
      }
    }
    return new ModelPrices(prices);
  }

  /** Whether the model has a price. */
  public boolean has(ModelName model) {
    return prices.containsKey(model);
  }

  /** Its price; nothing for a model without one. */
  public ModelPrice of(ModelName model) {
    return prices.getOrDefault(model, ModelPrice.NOTHING);
  }
}
