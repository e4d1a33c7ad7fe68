package dev.krabkrab.gateway.agent.usage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelPrices;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Counts the use of models in Redis for all instances, by day in UTC. Days are kept for {@value
 * #MOST_DAYS} days. Safe from any thread. Protocol 03 §4.
 */
public final class UsageService implements UsageRecorder {
  static final int MOST_DAYS = 400;

  private final UsageStore store;
  private final Supplier<JsonNode> document;
  private final Supplier<String> defaultAgent;
  private final InstantSource clock;

  /**
   * @param document the gateway document as it is now: it has the prices and budgets
   * @param defaultAgent whose costs {@code usage.cost} tells
   */
  public UsageService(
      RedisLink link,
      Supplier<JsonNode> document,
      Supplier<String> defaultAgent,
      InstantSource clock) {
    this.store = new UsageStore(link);
    this.document = document;
    this.defaultAgent = defaultAgent;
    this.clock = clock;
  }

  @Override
  public Future<Void> record(TokenUse use) {
    return store.record(day(Instant.ofEpochMilli(use.atMs())), use);
  }

  /** What one session used in all, by model; the last 90 days of a session count. */
  public Future<List<ModelUse>> session(String sessionKey) {
    return store.session(sessionKey);
  }

  /**
   * The payload of {@code usage.cost}: the default agent's days that have any, the oldest first.
   *
   * @param days how many up to today, at least 1
   */
  Future<JsonText> cost(int days) {
    List<LocalDate> dates = upToToday(Math.min(days, MOST_DAYS));
    String agent = defaultAgent.get();
    return store
        .days(dates)
        .map(
            found -> {
              ModelPrices prices = ModelPrices.of(document.get());
              ObjectNode json = Json.object().put("updatedAt", clock.millis()).put("days", days);
              ArrayNode daily = json.putArray("daily");
              CostTotal all = CostTotal.NONE;
              for (int i = 0; i < dates.size(); i++) {
                List<ModelUse> uses = ofAgent(found.get(i), agent);
                if (!uses.isEmpty()) {
                  CostTotal total = CostTotal.of(uses, prices);
                  total.putInto(daily.addObject().put("date", dates.get(i).toString()));
                  all = all.plus(total);
                }
              }
              all.putInto(json.putObject("totals"));
              return JsonText.of(json);
            });
  }

  /** The payload of {@code usage.status}: how much of their budgets providers have used. */
  Future<JsonText> status() {
    LocalDate today = day(clock.instant());
    List<Budget> budgets = Budget.all(document.get());
    List<LocalDate> month = upToToday(budgets.isEmpty() ? 1 : today.getDayOfMonth());
    return store
        .days(month)
        .map(
            found -> {
              ModelPrices prices = ModelPrices.of(document.get());
              ObjectNode json = Json.object().put("updatedAt", clock.millis());
              ArrayNode providers = json.putArray("providers");
              for (Budget budget : budgets) {
                providers.add(budget.toJson(found, prices, today));
              }
              return JsonText.of(json);
            });
  }

  private static List<ModelUse> ofAgent(List<ModelUse> uses, String agent) {
    return uses.stream().filter(use -> use.agentId().equals(agent)).toList();
  }

  private List<LocalDate> upToToday(int count) {
    LocalDate today = day(clock.instant());
    List<LocalDate> dates = new ArrayList<>();
    for (int ago = count - 1; ago >= 0; ago--) {
      dates.add(today.minusDays(ago));
    }
    return dates;
  }

  private static LocalDate day(Instant at) {
    return LocalDate.ofInstant(at, ZoneOffset.UTC);
  }
}
