package dev.krabkrab.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The tree keeps the rules of the house, and every rule catches the class written to break it. */
class ArchitectureTest {

  private static final String ROOT = "dev.krabkrab.gateway";
  private static final String FIXTURES = ROOT + ".fixture";

  /** What each rule must report of the classes below {@link #FIXTURES}. */
  private static final Map<String, Set<String>> CAUGHT =
      Map.ofEntries(
          Map.entry(
              "no arrow runs up",
              Set.of("TransportKnowsRpc", "NoSuchWing", "SettingsKnowRuns", "ChannelKnowsRuns")),
          Map.entry("features through their service", Set.of("ReadsForeignStore")),
          Map.entry("no cycles", Set.of("CycleThere", "CycleBack")),
          Map.entry("redis client", Set.of("TalksToRedis")),
          Map.entry("event bus", Set.of("TalksToTheBus")),
          Map.entry("methods hold no collections", Set.of("HoardingMethods")),
          Map.entry(
              "injected clock, ids, randomness",
              Set.of(
                  "currentTimeMillis", "Instant.now", "randomUUID", "Random.<init>", "current()")),
          Map.entry("system clock chosen at the top", Set.of("TakesTime")),
          Map.entry("static fields are final", Set.of("StaticState.counter")),
          Map.entry(
              "no static mutable state",
              Set.of("StaticState.CACHE", "StaticState.SEEN", "StaticState.COUNT")),
          Map.entry("constructors of six", Set.of("TakesSeven.<init>")),
          Map.entry("entered with their step", Set.of("EntersAfterwards")),
          Map.entry(
              "clients know the way out",
              Set.of("createHttpClient", "createWebSocketClient", "newHttpClient", "openStream")),
          Map.entry(
              "printed escaped",
              Set.of("System.out", "System.err", "PrintWriter.<init>", "PrintStream.<init>")),
          Map.entry("null-marked packages", Set.of("fixture.nowhere")));

  @TestFactory
  Stream<DynamicTest> theTreeKeepsTheRules() {
    JavaClasses tree =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);
    return new ArchitectureRules(ROOT)
        .all().entrySet().stream()
            .map(rule -> DynamicTest.dynamicTest(rule.getKey(), () -> rule.getValue().check(tree)));
  }

  @TestFactory
  Stream<DynamicTest> everyRuleCanFail() {
    JavaClasses wrong = new ClassFileImporter().importPackages(FIXTURES);
    return new ArchitectureRules(FIXTURES)
        .all().entrySet().stream()
            .map(
                rule ->
                    DynamicTest.dynamicTest(
                        rule.getKey(), () -> catches(rule.getKey(), rule.getValue(), wrong)));
  }

  private static void catches(String name, ArchRule rule, JavaClasses wrong) {
    String report = String.join("\n", rule.evaluate(wrong).getFailureReport().getDetails());
    assertThat(report).contains(CAUGHT.get(name));
  }

  @Test
  void whatTheCompilerAddsToAConstructorIsNotCounted() {
    JavaClasses wrong = new ClassFileImporter().importPackages(FIXTURES);
    ArchRule rule = new ArchitectureRules(FIXTURES).all().get("constructors of six");
    assertThat(String.join("\n", rule.evaluate(wrong).getFailureReport().getDetails()))
        .doesNotContain("TakesSeven$");
  }

  @Test
  void theHolderMayTakeTheClockDirectly() {
    JavaClasses wrong = new ClassFileImporter().importPackages(FIXTURES);
    ArchRule rule = new ArchitectureRules(FIXTURES).all().get("injected clock, ids, randomness");
    assertThat(String.join("\n", rule.evaluate(wrong).getFailureReport().getDetails()))
        .doesNotContain("SystemIds");
  }
}
