package dev.krabkrab.gateway.agent.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelPrices;
import dev.krabkrab.gateway.agent.models.ModelUsage;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageDaysTest {
  @ParameterizedTest
  @CsvSource({"3,3", "2.9,2", "0,1", "-5,1", "'\"7\"',7", "'\"x\"',30", "true,30", "null,30"})
  void daysAreReadLoosely(String given, int days) {
    assertThat(UsageMethods.days(Json5.parse("{d:" + given + "}").path("d"))).isEqualTo(days);
  }

  @Test
  void aBudgetIsToldAsWindows() {
    var document =
        Json5.parse(
            "{models: {providers: {anthropic: {budget: {dayUsd: 2, monthUsd: 10}, models: [{id:"
                + " 'm', cost: {input: 1, output: 2}}]}, other: {}}}}");
    ModelUse use = new ModelUse("main", "anthropic", "m", new Tokens(1_000_000, 0, 5, 5, 1));
    List<List<ModelUse>> month = List.of(List.of(use), List.of(use));

    assertThat(Budget.all(document)).hasSize(1);
    assertThat(
            Json.text(
                Budget.all(document)
                    .getFirst()
                    .toJson(month, ModelPrices.of(document), LocalDate.of(2026, 11, 2))))
        .isEqualTo(
            "{\"provider\":\"anthropic\",\"displayName\":\"Claude\",\"windows\":["
                + "{\"label\":\"Day\",\"usedPercent\":50.0,\"resetAt\":1793664000000},"
                + "{\"label\":\"Month\",\"usedPercent\":20.0,\"resetAt\":1796083200000}]}");
  }

  /** As doubles, these would be 0.30000000000000004 and 9.999999999999999E-5. */
  @Test
  void totalsAreExact() {
    var document =
        Json5.parse(
            "{models:{providers:{p:{models:[{id:'m',cost:{input:0.1,output:0.2}},"
                + "{id:'free'},{id:'n',cost:{input:0.07,output:0.15,cacheRead:-1}}]}}}}");
    ModelPrices prices = ModelPrices.of(document);
    var million = new ModelUse("a", "p", "m", new Tokens(1_000_000, 1_000_000, 0, 0, 1));
    var free = new ModelUse("a", "p", "free", new Tokens(7, 7, 0, 0, 2));
    CostTotal total = CostTotal.of(List.of(million, free), prices);
    assertThat(total.cost()).isEqualByComparingTo("0.3");
    assertThat(total.unpriced()).isEqualTo(2);

    CostTotal sum = CostTotal.NONE;
    for (int i = 0; i < 1_000; i++) {
      var use = new ModelUse("a", "p", "n", new Tokens(10, 10, 3, 0, 1));
      sum = sum.plus(CostTotal.of(List.of(use), prices));
    }
    ObjectNode json = Json.object();
    sum.putInto(json);
    assertThat(json.path("totalCost").asText()).isEqualTo("0.0022");
    assertThat(
            Json.text(
                prices
                    .of(new SessionRules.ModelName("p", "m"))
                    .toJson(new ModelUsage(100, 450, 9, 9))))
        .isEqualTo(
            "{\"input\":1.0E-5,\"output\":9.0E-5,\"cacheRead\":0.0,\"cacheWrite\":0.0,"
                + "\"total\":1.0E-4}");
  }
}
