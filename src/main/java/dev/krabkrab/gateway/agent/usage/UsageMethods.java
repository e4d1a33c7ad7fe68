package dev.krabkrab.gateway.agent.usage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import java.util.Map;

/** {@code usage.cost} and {@code usage.status}. Protocol 03 §4. */
public final class UsageMethods {
  private static final int DAYS = 30;

  private final UsageService usage;

  public UsageMethods(UsageService usage) {
    this.usage = usage;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "usage.cost", call -> usage.cost(days(call.params().path("days"))),
        "usage.status", call -> usage.status());
  }

  /** A number or the text of one, rounded down, at least 1; anything else is {@value #DAYS}. */
  static int days(JsonNode given) {
    double number = given.isNumber() ? given.doubleValue() : parsed(given.asText(""));
    return Double.isFinite(number)
        ? (int) Math.clamp(Math.floor(number), 1, Integer.MAX_VALUE)
        : DAYS;
  }

  private static double parsed(String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
