package dev.krabkrab.gateway.agent.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.agent.models.ModelFailure;
import dev.krabkrab.gateway.agent.models.ModelFailures;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a model that failed is asked again. */
class ModelRetriesTest {
  @Test
  void itIsAskedTwiceMoreAndThenNotUntilItAnswered() {
    ModelRetries attempts = new ModelRetries(new Random(1));
    ModelFailure busy = new ModelFailure("busy", true);
    assertThat(attempts.nextMs(busy)).isBetween(500L, 750L);
    assertThat(attempts.nextMs(busy)).isBetween(1_000L, 1_500L);
    assertThat(attempts.nextMs(busy)).isEqualTo(-1);
    attempts.reset();
    assertThat(attempts.nextMs(new ModelFailure("wrong", false))).isEqualTo(-1);
    assertThat(attempts.nextMs(busy)).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"100, 500", "3000, 3000", "59000, 59000", "60001, -1", "3600000, -1"})
  void aProviderIsLeftAloneForAsLongAsItAsks(long asked, long least) {
    ModelRetries attempts = new ModelRetries(new Random(1));
    long wait = attempts.nextMs(ModelFailures.busy(asked));
    if (least < 0) {
      assertThat(wait).isEqualTo(-1);
    } else {
      assertThat(wait).isBetween(least, least + 251);
    }
  }

  @Test
  void theLastWordsSayWhatToDo() {
    ModelFailure tooLong = ModelFailure.tooLong("400 no", new ModelFailure.TooLong(0, 0));
    assertThat(ModelRetries.last(tooLong))
        .hasMessageContainingAll("400 no", "/new", "contextWindow");
    assertThat(ModelRetries.last(ModelFailures.busy(120_000)))
        .hasMessage("429 busy (the provider asks to be left alone for 120 s)");
    assertThat(ModelRetries.last(ModelFailures.busy(0))).hasMessage("429 busy");
  }
}
