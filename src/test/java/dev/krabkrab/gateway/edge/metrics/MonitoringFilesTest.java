package dev.krabkrab.gateway.edge.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.krabkrab.gateway.edge.metrics.DocumentedSeries.Row;
import dev.krabkrab.gateway.edge.metrics.LatencyHistogram.Scale;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Dashboard, alert rules, their tests and their runbook agree with each other and with the code.
 */
class MonitoringFilesTest {
  private static final Path FOLDER = Path.of("k8s", "monitoring");
  private static final Path RUNBOOK = Path.of("docs", "operations", "alerts.md");

  /** Made by Prometheus itself for each target. */
  private static final Set<String> OF_PROMETHEUS = Set.of("up");

  private static final Pattern BOUND = Pattern.compile("\\ble=\"([^\"]+)\"");

  @Test
  void everySeriesOfTheRulesIsDocumented() throws IOException {
    List<JsonNode> rules = rules();

    assertThat(rules).hasSizeGreaterThan(20);
    rules.forEach(rule -> known(rule.path("alert").asText(), rule.path("expr").asText()));
  }

  @Test
  void everySeriesOfTheDashboardIsDocumented() throws IOException {
    JsonNode dashboard = Objects.requireNonNull(Json.tryParse(read("dashboard.json")));
    List<String> expressions = new ArrayList<>();
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        expressions.add(target.path("expr").asText());
        known(panel.path("title").asText(), target.path("expr").asText());
      }
    }
    assertThat(expressions).hasSizeGreaterThan(40);
    for (JsonNode variable : dashboard.at("/templating/list")) {
      Matcher query =
          Pattern.compile("label_values\\((\\w+)").matcher(variable.path("definition").asText());
      if (query.find()) {
        known(variable.path("name").asText(), query.group(1));
      }
    }
  }

  @Test
  void theBoundsThatRulesNameAreBucketsThatExist() throws IOException {
    Set<String> bounds = new TreeSet<>(Set.of("+Inf"));
    for (Scale scale : List.of(Scale.PEOPLE, Scale.MACHINES)) {
      new LatencyHistogram(scale)
          .buckets().stream()
              .forEach(bucket -> bounds.add(Double.toString(bucket.getUpperBound())));
    }
    List<String> named = new ArrayList<>();
    for (JsonNode rule : rules()) {
      Matcher bound = BOUND.matcher(rule.path("expr").asText());
      bound.results().forEach(found -> named.add(found.group(1)));
    }
    assertThat(named).isNotEmpty().isSubsetOf(bounds);
  }

  @Test
  void everyAlertHasItsChapterInTheRunbookAndNothingElseHas() throws IOException {
    Set<String> chapters = new TreeSet<>();
    for (String line : Files.readAllLines(RUNBOOK)) {
      if (line.startsWith("## ")) {
        chapters.add(line.substring(3));
      }
    }
    Set<String> alerts = new TreeSet<>();
    for (JsonNode rule : rules()) {
      String alert = rule.path("alert").asText();
      alerts.add(alert);
      JsonNode words = rule.path("annotations");
      assertThat(words.path("runbook_url").asText())
          .isEqualTo("docs/operations/alerts.md#" + alert.toLowerCase(Locale.ROOT));
      assertThat(words.path("summary").asText()).as(alert).isNotBlank();
      assertThat(words.path("description").asText()).as(alert).isNotBlank();
      assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning");
    }
    assertThat(chapters).isEqualTo(alerts);
  }

  @Test
  void theRunbookGivesEachAlertTheSeverityOfItsRule() throws IOException {
    String runbook = Files.readString(RUNBOOK);
    for (JsonNode rule : rules()) {
      String severity = rule.at("/labels/severity").asText();
      String word = severity.substring(0, 1).toUpperCase(Locale.ROOT) + severity.substring(1);
      assertThat(runbook).contains("## " + rule.path("alert").asText() + "\n\n" + word + ". ");
    }
  }

  @Test
  void linksInsideTheRunbookLeadSomewhere() throws IOException {
    String runbook = Files.readString(RUNBOOK);
    Matcher link = Pattern.compile("]\\(#([a-z]+)\\)").matcher(runbook);
    int links = 0;
    while (link.find()) {
      links++;
      assertThat(runbook.toLowerCase(Locale.ROOT)).contains("\n## " + link.group(1) + "\n");
    }
    assertThat(links).isPositive();
  }

  @Test
  void everyAlertIsTestedBothWays() throws IOException {
    Set<String> fires = new TreeSet<>();
    Set<String> keepsQuiet = new TreeSet<>();
    for (JsonNode test : new YAMLMapper().readTree(read("alerts_test.yaml")).path("tests")) {
      for (JsonNode moment : test.path("alert_rule_test")) {
        Set<String> into = moment.path("exp_alerts").isEmpty() ? keepsQuiet : fires;
        into.add(moment.path("alertname").asText());
      }
    }
    Set<String> alerts = new TreeSet<>();
    rules().forEach(rule -> alerts.add(rule.path("alert").asText()));
    assertThat(fires).isEqualTo(alerts);
    assertThat(keepsQuiet).isEqualTo(alerts);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a_total > 0.5e3 and on (x, y) b{c=\"d{}[] e\"}[5m] | a_total b",
        "sum by (le) (rate(c_bucket[$__rate_interval])) / 2 | c_bucket",
        "histogram_quantile(0.99, sum by (x) (rate(d[1m]))) - ignoring (le) e offset 5m | d e",
        "max(f) != min without (z) (f) unless g | f g",
      })
  void namesAreReadOutOfExpressions(String expression, String names) {
    assertThat(PromQl.series(expression)).isEqualTo(new TreeSet<>(List.of(names.split(" "))));
  }

  private static void known(String where, String expression) {
    Map<String, Row> documented = DocumentedSeries.read();
    Set<String> names = PromQl.series(expression);
    assertThat(names).as(where).isNotEmpty();
    for (String name : names) {
      assertThat(OF_PROMETHEUS.contains(name) || isLineOf(documented, name))
          .as("%s names %s, which is not in docs/operations/metrics.md", where, name)
          .isTrue();
    }
  }

  private static boolean isLineOf(Map<String, Row> documented, String name) {
    Row row = documented.get(name);
    if (row != null) {
      return row.type().equals("counter") || row.type().equals("gauge");
    }
    int end = name.lastIndexOf('_');
    Row family = end < 0 ? null : documented.get(name.substring(0, end));
    return family != null
        && switch (family.type()) {
          case "histogram" -> Set.of("_bucket", "_count", "_sum").contains(name.substring(end));
          case "summary" -> Set.of("_count", "_sum").contains(name.substring(end));
          default -> false;
        };
  }

  private static List<JsonNode> rules() throws IOException {
    List<JsonNode> rules = new ArrayList<>();
    for (JsonNode group : new YAMLMapper().readTree(read("alerts.yaml")).path("groups")) {
      group.path("rules").forEach(rules::add);
    }
    return rules;
  }

  private static String read(String file) throws IOException {
    return Files.readString(FOLDER.resolve(file));
  }
}
