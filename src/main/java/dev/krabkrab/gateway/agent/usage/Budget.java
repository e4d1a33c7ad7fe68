package dev.krabkrab.gateway.agent.usage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelPrices;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The budget of a provider's models, {@code models.providers.*.budget} of the gateway document: a
 * quota of this deployment's own, reported as the quota windows of a provider. Protocol 03 §4.
 *
 * @param dayUsd for a day in UTC; 0 for no such bound
 * @param monthUsd for a calendar month in UTC; 0 for no such bound
 */
record Budget(String provider, BigDecimal dayUsd, BigDecimal monthUsd) {
  private static final BigDecimal PERCENT = BigDecimal.valueOf(100);
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
      BigDecimal day = usd(budget, "dayUsd");
      BigDecimal month = usd(budget, "monthUsd");
      if (day.signum() > 0 || month.signum() > 0) {
        found.add(new Budget(provider.getKey(), day, month));
      }
    }
    return found;
  }

  private static BigDecimal usd(JsonNode budget, String name) {
    double usd = budget.path(name).asDouble(0);
    return Double.isFinite(usd) && usd > 0 ? BigDecimal.valueOf(usd) : BigDecimal.ZERO;
  }

  /**
   * The entry of {@code usage.status}.
   *
   * @param month what was used on each day of the month up to today
   */
  ObjectNode toJson(List<List<ModelUse>> month, ModelPrices prices, LocalDate today) {
    ObjectNode json =
        Json.object()
            .put("provider", provider)
            .put("displayName", NAMES.getOrDefault(provider, provider));
    ArrayNode windows = json.putArray("windows");
    if (dayUsd.signum() > 0) {
      window(windows, "Day", cost(month.getLast(), prices), dayUsd, today.plusDays(1));
    }
    if (monthUsd.signum() > 0) {
      BigDecimal cost =
          month.stream().map(day -> cost(day, prices)).reduce(BigDecimal.ZERO, BigDecimal::add);
      window(windows, "Month", cost, monthUsd, today.withDayOfMonth(1).plusMonths(1));
    }
    return json;
  }

  private BigDecimal cost(List<ModelUse> uses, ModelPrices prices) {
    return uses.stream()
        .filter(use -> use.provider().equals(provider))
        .map(use -> use.cost(prices))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static void window(
      ArrayNode windows, String label, BigDecimal cost, BigDecimal budget, LocalDate reset) {
    windows
        .addObject()
        .put("label", label)
        .put(
            "usedPercent",
            cost.multiply(PERCENT).divide(budget, 1, RoundingMode.HALF_UP).doubleValue())
        .put("resetAt", reset.atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli());
  }
}
