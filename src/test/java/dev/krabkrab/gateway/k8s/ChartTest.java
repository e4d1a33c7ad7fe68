package dev.krabkrab.gateway.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart makes what kustomize makes of the base and its components. */
class ChartTest {
  private static final String EVERYTHING =
      """
      redis: { passwordInSecret: true, caConfigMap: krabkrab-redis-ca }
      channelSecretName: krabkrab-channels
      tlsSecretName: krabkrab-gateway-tls
      issuers: true
      traces: { endpoint: "http://otel-collector.observability:4318" }
      networkPolicy: { httpsEgress: true }
      gatewayApi: { enabled: true }
      monitoring: { serviceMonitor: true, rules: true, dashboard: true }
      """;

  @TempDir private Path scratch;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "k8s/overlays/production | monitoring: { serviceMonitor: true }",
        "src/test/k8s/tls | { monitoring: { serviceMonitor: true }, tlsSecretName:"
            + " krabkrab-gateway-tls }",
        "src/test/k8s/issuers | { monitoring: { serviceMonitor: true }, issuers: true }",
        "src/test/k8s/haproxy | { monitoring: { serviceMonitor: true }, tlsSecretName:"
            + " krabkrab-gateway-tls, ingress: { enabled: true, annotations: {"
            + " haproxy-ingress.github.io/timeout-tunnel: 1h,"
            + " haproxy-ingress.github.io/balance-algorithm: leastconn } } }",
        "src/test/k8s/traefik | { monitoring: { serviceMonitor: true }, tlsSecretName:"
            + " krabkrab-gateway-tls, ingress: { enabled: true, className: traefik, annotations: {"
            + " traefik.ingress.kubernetes.io/router.entrypoints: websecure,"
            + " traefik.ingress.kubernetes.io/router.tls: 'true' } } }",
      })
  void makesWhatKustomizeMakes(String folder, String values) throws Exception {
    compare(folder, values);
  }

  @Test
  void makesWhatKustomizeMakesOfAllComponents() throws Exception {
    compare("src/test/k8s/everything", EVERYTHING);
  }

  private void compare(String folder, String values) throws Exception {
    List<ObjectNode> ours = Chart.comparable(Chart.render(scratch, values));
    List<ObjectNode> theirs = Chart.comparable(Kustomization.render(Path.of(folder)));

    assertThat(ours).extracting(Chart::name).isEqualTo(theirs.stream().map(Chart::name).toList());
    for (int i = 0; i < ours.size(); i++) {
      assertThat(ours.get(i)).as(Chart.name(ours.get(i))).isEqualTo(theirs.get(i));
    }
  }

  @Test
  void theApiKnowsAllOfIt() throws Exception {
    Manifests manifests = Manifests.of(Chart.render(scratch, EVERYTHING));

    assertThat(new Pod(manifests).settings(scratch).redisUrl()).isNotNull();
  }

  @Test
  void helmFindsNothingToSayAboutIt() {
    assertThatCode(() -> HelmProcess.lint(Chart.FOLDER)).doesNotThrowAnyException();
  }

  @Test
  void theFilesItSharesAreTheSame() throws Exception {
    Path files = Chart.FOLDER.resolve("files");
    assertThat(files.resolve("gateway.json5"))
        .as("run k8s/helm/sync")
        .hasSameTextualContentAs(Path.of("k8s/base/gateway.json5"));
    assertThat(files.resolve("dashboard.json"))
        .as("run k8s/helm/sync")
        .hasSameTextualContentAs(Path.of("k8s/monitoring/dashboard.json"));
    String alerts = Files.readString(Path.of("k8s/monitoring/alerts.yaml"));
    assertThat(Files.readString(files.resolve("alerts.yaml")))
        .as("run k8s/helm/sync")
        .isEqualTo(alerts.substring(alerts.indexOf("groups:")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "imge: { tag: x }",
        "image: { tag: 1 }",
        "image: { digest: 'sha256:12' }",
        "redis: { ports: [0] }",
        "redis: { namespace: 'a b' }",
        "autoscaling: { minReplicas: 0 }",
        "traces: { endpoint: collector }",
        "ingress: { enabled: true, host: '' }",
        "monitoring: { servicemonitor: true }",
      })
  void valuesThatMeanNothingAreRefused(String values) {
    assertThatThrownBy(() -> Chart.render(scratch, values))
        .hasMessageContaining("values don't meet the specifications of the schema");
  }

  @Test
  void whatIsSwitchedOffIsNotThere() throws Exception {
    Manifests manifests =
        Manifests.of(
            Chart.render(
                scratch,
                """
                autoscaling: { enabled: false }
                replicas: 2
                networkPolicy: { enabled: false }
                image: { repository: registry.example.com/krabkrab-gateway, digest: "sha256:%s" }
                config: "{gateway:{auth:{mode:'token'}}}"
                ingress: { enabled: true, host: gateway.company.com, className: nginx }
                """
                    .formatted("a".repeat(64))));

    assertThat(manifests.every(HorizontalPodAutoscaler.class)).isEmpty();
    assertThat(manifests.every(NetworkPolicy.class)).isEmpty();
    assertThat(manifests.only(Deployment.class).getSpec().getReplicas()).isEqualTo(2);
    assertThat(new Pod(manifests).gateway().getImage())
        .isEqualTo("registry.example.com/krabkrab-gateway@sha256:" + "a".repeat(64));
    assertThat(new Pod(manifests).document().at("/gateway/auth/mode").asText()).isEqualTo("token");
    assertThat(manifests.only(Ingress.class).getSpec().getRules())
        .extracting(rule -> rule.getHost())
        .containsExactly("gateway.company.com");
    List<String> names = new ArrayList<>();
    manifests.metadata().forEach(metadata -> names.add(metadata.getName()));
    assertThat(names).allMatch(name -> name.startsWith("krabkrab-gateway"));
  }
}
