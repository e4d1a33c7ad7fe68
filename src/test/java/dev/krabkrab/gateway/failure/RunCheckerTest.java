package dev.krabkrab.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.failure.History.Entry;
import dev.krabkrab.gateway.failure.History.Entry.RunAsked;
import dev.krabkrab.gateway.failure.History.Entry.RunEnded;
import dev.krabkrab.gateway.failure.History.Entry.RunSaid;
import dev.krabkrab.gateway.failure.History.Entry.RunTold;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checker lets a good history pass and finds each kind of violation. */
class RunCheckerTest {
  @Test
  void aGoodHistoryPasses() {
    assertThat(
            RunChecker.violations(
                List.of(
                    new RunTold("c", "a-1-5", true),
                    new RunEnded("a-1-5", true),
                    new RunTold("d", "b-1-6", false),
                    new RunEnded("b-1-6", false),
                    new RunAsked("b-1-6"),
                    new RunAsked("a-1-5"),
                    new RunSaid(5))))
        .isEmpty();
  }

  @Test
  void eachViolationIsFound() {
    assertFound(
        "an end told twice", new RunTold("c", "a-1-5", false), new RunTold("c", "a-1-5", false));
    assertFound("another end", new RunTold("c", "a-1-5", true), new RunEnded("a-1-5", false));
    assertFound("carried out twice", new RunAsked("a-1-5"), new RunAsked("a-1-5"));
    assertFound("a word too late", new RunAsked("a-1-5"), new RunSaid(5), new RunSaid(2));
    assertFound("words of another run", new RunAsked("a-1-5"), new RunSaid(6));
    assertFound("not in the transcript as it was told", new RunEnded("a-1-5", true));
    assertFound(
        "not in the transcript as it was told",
        new RunEnded("a-1-5", true),
        new RunAsked("a-1-5"),
        new RunSaid(4));
  }

  private static void assertFound(String violation, Entry... history) {
    assertThat(RunChecker.violations(List.of(history)))
        .singleElement()
        .asString()
        .startsWith(violation);
  }
}
