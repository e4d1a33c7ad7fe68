package dev.krabkrab.gateway.edge.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reader takes what is right and nothing else. */
class ExpositionTest {
  private static final String GOOD =
      """
      # HELP a_total A.
      # TYPE a_total counter
      a_total{x="1",y="q\\"\\\\\\n,}"} 2.0
      a_total{x="2",y=""} 0.0
      # HELP b_seconds B.
      # TYPE b_seconds histogram
      b_seconds_bucket{le="0.5"} 1
      b_seconds_bucket{le="+Inf"} 3
      b_seconds_count 3
      b_seconds_sum 1.5E-4
      # HELP c C.
      # TYPE c gauge
      c NaN
      """;

  @Test
  void readsNamesTagsAndValues() {
    Exposition page = Exposition.parse(GOOD);

    assertThat(page.families().keySet()).containsExactly("a_total", "b_seconds", "c");
    assertThat(page.family("a_total").tags()).containsExactly("x", "y");
    assertThat(page.value("a_total", "x", "1")).isEqualTo(2);
    assertThat(page.family("b_seconds").tags()).isEmpty();
    assertThat(page.value("b_seconds_sum")).isEqualTo(0.00015);
    assertThat(page.value("c")).isNaN();
    assertThat(page.sum("a_total")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a_total{x=\"2\",y=\"\"} 0.0 -> a_total{x=\"2\"} 0.0",
        "a_total{x=\"2\",y=\"\"} 0.0 -> a_total{x=\"2\",y=\"\",x=\"3\"} 0.0",
        "a_total{x=\"2\",y=\"\"} 0.0 -> a_total{x=\"2\",y=\"\"} -1.0",
        "a_total{x=\"2\",y=\"\"} 0.0 -> a_total{x=\"2\",y=\"\"} 0.0 1700000000000",
        "a_total{x=\"2\",y=\"\"} 0.0 -> a_total{x=\"2\",y=\"\\q\"} 0.0",
        "# TYPE c gauge -> # TYPE c untyped",
        "# TYPE c gauge -> # TYPE d gauge",
        "# HELP c C. -> # HELP a_total C.",
        "c NaN -> d NaN",
        "c NaN -> c 1,0",
        "b_seconds_count 3 -> b_seconds_count 4",
        "b_seconds_bucket{le=\"0.5\"} 1 -> b_seconds_bucket{le=\"0.5\"} 4",
        "b_seconds_bucket{le=\"+Inf\"} 3 -> b_seconds_bucket{le=\"9\"} 3",
        "a_total counter -> a_total gauge counter",
      })
  void anythingOddIsAnError(String change) {
    String[] sides = change.split(" -> ");
    assertThat(GOOD).contains(sides[0]);

    assertThatThrownBy(() -> Exposition.parse(GOOD.replace(sides[0], sides[1])))
        .isInstanceOf(AssertionError.class);
  }
}
