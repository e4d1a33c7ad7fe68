package dev.krabkrab.gateway.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.Json5;
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
                    .toJson(month, Prices.of(document), LocalDate.of(2026, 11, 2))))
        .isEqualTo(
            "{\"provider\":\"anthropic\",\"displayName\":\"Claude\",\"windows\":["
                + "{\"label\":\"Day\",\"usedPercent\":50.0,\"resetAt\":1793664000000},"
                + "{\"label\":\"Month\",\"usedPercent\":20.0,\"resetAt\":1796083200000}]}");
  }
}
