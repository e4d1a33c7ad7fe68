package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.math.BigDecimal;

/**
 * The price of one model, in US dollars for a million tokens of each kind: {@code cost} of its
 * entry in {@code models.providers}. Amounts are exact.
 */
public record ModelPrice(
    BigDecimal input, BigDecimal output, BigDecimal cacheRead, BigDecimal cacheWrite) {
  static final ModelPrice NOTHING =
      new ModelPrice(BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

  private static final int MILLION_DIGITS = 6;

  /** Reads {@code cost}; a kind that is not named costs nothing. */
  static ModelPrice of(JsonNode cost) {
    return new ModelPrice(
        amount(cost, "input"),
        amount(cost, "output"),
        amount(cost, "cacheRead"),
        amount(cost, "cacheWrite"));
  }

  /** What these tokens cost, in US dollars. */
  public BigDecimal total(ModelUsage usage) {
    return cost(input, usage.input())
        .add(cost(output, usage.output()))
        .add(cost(cacheRead, usage.cacheRead()))
        .add(cost(cacheWrite, usage.cacheWrite()));
  }

  /** {@code usage.cost} of a transcript's message. Protocol 04 §8. */
  public ObjectNode toJson(ModelUsage usage) {
    return Json.object()
        .put("input", wire(cost(input, usage.input())))
        .put("output", wire(cost(output, usage.output())))
        .put("cacheRead", wire(cost(cacheRead, usage.cacheRead())))
        .put("cacheWrite", wire(cost(cacheWrite, usage.cacheWrite())))
        .put("total", wire(total(usage)));
  }

  /** The number nearest to an amount, as JSON carries it. */
  public static double wire(BigDecimal amount) {
    return amount.doubleValue();
  }

  private static BigDecimal cost(BigDecimal price, long tokens) {
    return price.multiply(BigDecimal.valueOf(tokens)).movePointLeft(MILLION_DIGITS);
  }

  private static BigDecimal amount(JsonNode cost, String kind) {
    double amount = cost.path(kind).asDouble(0);
    return Double.isFinite(amount) && amount > 0 ? BigDecimal.valueOf(amount) : BigDecimal.ZERO;
  }
}
