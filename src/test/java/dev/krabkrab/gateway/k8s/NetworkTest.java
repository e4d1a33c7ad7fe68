package dev.krabkrab.gateway.k8s;

import static dev.krabkrab.gateway.k8s.Rendered.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.transport.LoopConnections;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who reaches whom. */
class NetworkTest {

  @ParameterizedTest
  @MethodSource(ALL)
  void onlyWhatIsNamedGoesInAndOut(Manifests manifests) {
    Pod pod = new Pod(manifests);
    List<NetworkPolicy> own =
        manifests.every(NetworkPolicy.class).stream()
            .filter(p -> pod.labels().equals(p.getSpec().getPodSelector().getMatchLabels()))
            .toList();
    NetworkPolicy first = policy(own, "krabkrab-gateway");

    assertThat(first.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(first.getSpec().getIngress()).hasSize(2);
    var management = first.getSpec().getIngress().get(1);
    assertThat(pod.port(management.getPorts().getFirst().getPort()))
        .isEqualTo(pod.port("management"));
    assertThat(management.getFrom()).hasSize(1);
    assertThat(management.getFrom().getFirst().getNamespaceSelector().getMatchLabels())
        .containsValue("monitoring");
    assertThat(own)
        .flatExtracting(p -> p.getSpec().getEgress())
        .isNotEmpty()
        .allSatisfy(egress -> assertThat(egress.getPorts()).isNotEmpty());
  }

  @Test
  void theRedisOfDevelopmentServesTheGatewayAlone() {
    NetworkPolicy redis = policy(Rendered.DEV.every(NetworkPolicy.class), "krabkrab-redis");

    assertThat(redis.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(redis.getSpec().getEgress()).isNullOrEmpty();
    assertThat(redis.getSpec().getIngress()).hasSize(1);
    assertThat(redis.getSpec().getIngress().getFirst().getFrom())
        .extracting(peer -> peer.getPodSelector().getMatchLabels())
        .containsExactly(new Pod(Rendered.DEV).labels());
    assertThat(
            Rendered.DEV.only(StatefulSet.class).getSpec().getTemplate().getSpec().getContainers())
        .first()
        .satisfies(c -> assertThat(c.getArgs()).containsSequence("--appendonly", "yes"));
  }

  @Test
  void anyPodServesAnyClient() {
    assertThat(Rendered.PRODUCTION.every(Service.class))
        .extracting(service -> service.getSpec().getSessionAffinity())
        .doesNotContain("ClientIP");
  }

  @Test
  void prometheusFindsEveryPod() {
    var monitor = Rendered.PRODUCTION.only(Manifests.ServiceMonitor.class).spec();
    List<Service> found =
        Rendered.PRODUCTION.every(Service.class).stream()
            .filter(
                service ->
                    service
                        .getMetadata()
                        .getLabels()
                        .entrySet()
                        .containsAll(monitor.selector().getMatchLabels().entrySet()))
            .toList();

    assertThat(found).hasSize(1);
    assertThat(found.getFirst().getSpec().getPublishNotReadyAddresses()).isTrue();
    assertThat(found.getFirst().getSpec().getPorts())
        .extracting(port -> port.getName())
        .containsExactly(monitor.endpoints().getFirst().port());
    assertThat(found.getFirst().getMetadata().getLabels())
        .as("the job that k8s/monitoring/alerts.yaml expects")
        .containsEntry(monitor.jobLabel(), "krabkrab-gateway");
  }

  @Test
  void aSilentConnectionOutlivesTwoTicksBehindNginx() {
    Ingress ingress =
        Manifests.of(Yaml.all(Path.of("k8s/examples/ingress-nginx.yaml"))).only(Ingress.class);
    long least = 2 * LoopConnections.TICK_INTERVAL_MS / 1000;

    for (String timeout : List.of("proxy-read-timeout", "proxy-send-timeout")) {
      String seconds =
          ingress.getMetadata().getAnnotations().get("nginx.ingress.kubernetes.io/" + timeout);
      assertThat(Long.parseLong(seconds)).isGreaterThanOrEqualTo(least);
    }
    assertThat(ingress.getSpec().getTls()).hasSize(1);
    var backend =
        ingress.getSpec().getRules().getFirst().getHttp().getPaths().getFirst().getBackend();
    assertThat(Rendered.PRODUCTION.every(Service.class))
        .filteredOn(s -> s.getMetadata().getName().equals(backend.getService().getName()))
        .singleElement()
        .satisfies(
            service ->
                assertThat(service.getSpec().getPorts().getFirst().getName())
                    .isEqualTo(backend.getService().getPort().getName()));
  }

  private static NetworkPolicy policy(List<NetworkPolicy> policies, String name) {
    return policies.stream()
        .filter(policy -> policy.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
