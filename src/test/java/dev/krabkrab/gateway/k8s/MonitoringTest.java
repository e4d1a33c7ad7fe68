package dev.krabkrab.gateway.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Rules and dashboard as objects are those of the files, which promtool and Grafana read. */
class MonitoringTest {
  private static final Path FOLDER = Path.of("k8s", "monitoring");

  @Test
  void theRulesOfTheOperatorAreThoseOfTheFile() throws Exception {
    var rule = Rendered.WITH_EVERYTHING.only(Manifests.PrometheusRule.class);

    assertThat(rule.spec()).isEqualTo(Yaml.all(FOLDER.resolve("alerts.yaml")).getFirst());
    Process generate = new ProcessBuilder("k8s/monitoring/generate").start();
    String made = new String(generate.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(generate.waitFor()).isZero();
    assertThat(Yaml.text(FOLDER.resolve("prometheusrule.yaml")))
        .as("run k8s/monitoring/generate > k8s/monitoring/prometheusrule.yaml")
        .isEqualTo(made);
  }

  @Test
  void theDashboardIsOneThatTheSidecarOfGrafanaLooksFor() {
    ConfigMap dashboard =
        Rendered.WITH_EVERYTHING.every(ConfigMap.class).stream()
            .filter(map -> map.getData().containsKey("dashboard.json"))
            .findFirst()
            .orElseThrow();

    assertThat(dashboard.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
    assertThat(dashboard.getData())
        .containsEntry("dashboard.json", Yaml.text(FOLDER.resolve("dashboard.json")));
  }
}
