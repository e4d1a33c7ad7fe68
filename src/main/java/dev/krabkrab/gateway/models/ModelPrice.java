package dev.krabkrab.gateway.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.sessions.SessionRules.ModelName;

/**
 * What a model costs: {@code cost} of its entry in {@code models.providers}, for a million tokens
 * each.
 */
public record ModelPrice(double input, double output, double cacheRead, double cacheWrite) {
  private static final double MILLION = 1_000_000;

  /** Reads the document; what it does not say costs nothing. */
  public static ModelPrice of(JsonNode document, ModelName model) {
    for (JsonNode entry : document.at("/models/providers").path(model.provider()).path("models")) {
      if (entry.path("id").asText().equals(model.id())) {
        JsonNode cost = entry.path("cost");
        return new ModelPrice(
            cost.path("input").asDouble(0),
            cost.path("output").asDouble(0),
            cost.path("cacheRead").asDouble(0),
            cost.path("cacheWrite").asDouble(0));
      }
    }
    return new ModelPrice(0, 0, 0, 0);
  }

  /** {@code usage.cost} of a transcript's message. Protocol 04 §8. */
  public ObjectNode of(ModelUsage usage) {
    double in = input * usage.input() / MILLION;
    double out = output * usage.output() / MILLION;
    double read = cacheRead * usage.cacheRead() / MILLION;
    double write = cacheWrite * usage.cacheWrite() / MILLION;
    return Json.object()
        .put("input", in)
        .put("output", out)
        .put("cacheRead", read)
        .put("cacheWrite", write)
        .put("total", in + out + read + write);
  }
}
