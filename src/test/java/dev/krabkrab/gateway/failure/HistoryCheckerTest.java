package dev.krabkrab.gateway.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.failure.History.Entry;
import dev.krabkrab.gateway.failure.History.Entry.Accepted;
import dev.krabkrab.gateway.failure.History.Entry.Answered;
import dev.krabkrab.gateway.failure.History.Entry.Greeted;
import dev.krabkrab.gateway.failure.History.Entry.Handed;
import dev.krabkrab.gateway.failure.History.Entry.Hung;
import dev.krabkrab.gateway.failure.History.Entry.Numbered;
import dev.krabkrab.gateway.failure.History.Entry.Told;
import dev.krabkrab.gateway.failure.History.Entry.Tried;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checker lets a good history pass and finds each kind of violation. */
class HistoryCheckerTest {

  @Test
  void aGoodHistoryPasses() {
    assertThat(
            violations(
                new Tried("a", "deny"),
                new Tried("a", "allow-once"),
                new Told("u", "a", "deny"),
                new Accepted("a", "deny"),
                new Told("v", "a", "deny"),
                new Answered("a", "deny"),
                new Answered("b", null),
                new Handed("n", 1, "k1"),
                new Greeted("n", 2),
                new Handed("n", 2, "k2"),
                new Numbered("c", 1),
                new Numbered("c", 2),
                new Numbered("d", 1)))
        .isEmpty();
  }

  @Test
  void twoDecisionsAreFound() {
    Tried[] tried = {new Tried("a", "deny"), new Tried("a", "allow-once")};
    assertThat(violations(tried[0], tried[1], new Accepted("a", "deny"), answered("allow-once")))
        .singleElement()
        .asString()
        .startsWith("a second decision");
    assertThat(violations(tried[0], tried[1], answered("deny"), new Told("u", "a", "allow-once")))
        .hasSize(1);
    assertThat(
            violations(
                tried[0], tried[1], new Accepted("a", "deny"), new Accepted("a", "allow-once")))
        .hasSize(1);
  }

  @Test
  void anInventedDecisionIsFound() {
    assertFound("an invented decision", new Tried("a", "deny"), answered("allow-once"));
    assertFound("an invented decision", new Told("u", "a", "deny"));
  }

  @Test
  void aWithheldDecisionIsFound() {
    assertFound("withheld", new Tried("a", "deny"), answered(null), new Accepted("a", "deny"));
  }

  @Test
  void aSecondAnnouncementIsFound() {
    Told told = new Told("u", "a", "deny");
    assertFound("told twice", new Tried("a", "deny"), told, told);
  }

  @Test
  void aSecondRunIsFound() {
    assertFound("ran twice", new Handed("n", 1, "k"), new Handed("n", 1, "k"));
  }

  @Test
  void anOldRegistrationIsFound() {
    assertFound("reached an old registration", new Greeted("n", 2), new Handed("n", 1, "k"));
  }

  @Test
  void aHoleInSeqIsFound() {
    assertFound("a hole in seq", new Numbered("c", 1), new Numbered("c", 3));
    assertFound("a hole in seq", new Numbered("c", 2));
  }

  @Test
  void aCallWithoutAnEndIsFound() {
    assertFound("a call without an end", new Hung("node.invoke k"));
  }

  private static Answered answered(String decision) {
    return new Answered("a", decision);
  }

  private static void assertFound(String what, Entry... history) {
    assertThat(violations(history)).singleElement().asString().startsWith(what);
  }

  private static List<String> violations(Entry... history) {
    return HistoryChecker.violations(List.of(history));
  }
}
