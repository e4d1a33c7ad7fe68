package dev.krabkrab.gateway.usage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a provider's models may cost, by {@code models.providers.*.budget} of the gateway document:
 * a quota of this deployment's own, told as the quota windows of a provider. Protocol 03 §4.
 *
 * @param dayUsd for a day in UTC; 0 for no such bound
 * @param monthUsd for a calendar month in UTC; 0 for no such bound
 */
record Budget(String provider, double dayUsd, double monthUsd) {
  private static final double PERCENT = 100;
  private static final double TENTHS = 10;
  private static final Map<String, String> NAMES =
      Map.of(
          "anthropic", "Claude",
          "github-copilot", "Copilot",
          "google-gemini-cli", "Gemini",
          "google-antigravity", "Antigravity",
          "minimax", "MiniMax",
          "openai-codex", "Codex",
          "xiaomi", "Xiaomi",
          "zai", "z.ai");

  /** Those of the document, by the names of their providers as they stand there. */
  static List<Budget> all(JsonNode document) {
    List<Budget> found = new ArrayList<>();
    for (Map.Entry<String, JsonNode> provider : document.at("/models/providers").properties()) {
      JsonNode budget = provider.getValue().path("budget");
      double day = Math.max(0, budget.path("dayUsd").asDouble(0));
      double month = Math.max(0, budget.path("monthUsd").asDouble(0));
      if (day > 0 || month > 0) {
        found.add(new Budget(provider.getKey(), day, month));
      }
    }
    return found;
  }

  /**
   * The entry of {@code usage.status}.
   *
   * @param month what was used on each day of the month up to today
   */
  ObjectNode toJson(List<List<ModelUse>> month, Prices prices, LocalDate today) {
    ObjectNode json =
        Json.object()
            .put("provider", provider)
            .put("displayName", NAMES.getOrDefault(provider, provider));
    ArrayNode windows = json.putArray("windows");
    if (dayUsd > 0) {
      window(windows, "Day", cost(month.getLast(), prices), dayUsd, today.plusDays(1));
    }
    if (monthUsd > 0) {
      double cost = month.stream().mapToDouble(day -> cost(day, prices)).sum();
      window(windows, "Month", cost, monthUsd, today.withDayOfMonth(1).plusMonths(1));
    }
    return json;
  }

  private double cost(List<ModelUse> uses, Prices prices) {
    return uses.stream()
        .filter(use -> use.provider().equals(provider))
        .mapToDouble(prices::of)
        .sum();
  }

  private static void window(
      ArrayNode windows, String label, double cost, double budget, LocalDate reset) {
    windows
        .addObject()
        .put("label", label)
        .put("usedPercent", Math.round(cost / budget * PERCENT * TENTHS) / TENTHS)
        .put("resetAt", reset.atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli());
  }
}
