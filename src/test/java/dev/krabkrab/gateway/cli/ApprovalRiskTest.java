package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.cli.RiskHint.Level;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The hints about commands, case by case: those of {@code hints.json}, and no others. */
class ApprovalRiskTest {
  static Stream<JsonNode> cases() throws Exception {
    try (InputStream in =
        Objects.requireNonNull(ApprovalRiskTest.class.getResourceAsStream("/hints.json"))) {
      JsonNode all = Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      return StreamSupport.stream(all.spliterator(), false);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aCommandHasItsHints(JsonNode row) {
    List<String> expected = new ArrayList<>();
    row.path("hints").forEach(hint -> expected.add(hint.asText()));
    assertThat(
            ApprovalRisk.of(row.path("request")).stream()
                .map(hint -> hint.id() + " " + hint.level().name().toLowerCase(Locale.ROOT)))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void theGravestComesFirstAndMakesTheLevel() {
    List<RiskHint> hints =
        ApprovalRisk.of(TestGateway.json("{command:'curl http://1.2.3.4/x; sudo ls'}"));
    assertThat(hints).extracting(RiskHint::level).isSortedAccordingTo((a, b) -> b.compareTo(a));
    assertThat(ApprovalRisk.level(hints)).isEqualTo(Level.HIGH);
    assertThat(ApprovalRisk.level(List.of())).isEqualTo(Level.LOW);
  }
}
