package dev.krabkrab.gateway.k8s;

import static dev.krabkrab.gateway.k8s.Rendered.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.transport.LoopConnections;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

  /** Nothing but the internet, and nothing of it but HTTPS. */
  @Test
  void theWayOutLeavesPrivateNetworksOut() {
    NetworkPolicy https =
        policy(Rendered.WITH_EVERYTHING.every(NetworkPolicy.class), "krabkrab-gateway-https");
    var egress = https.getSpec().getEgress();

    assertThat(egress).hasSize(1);
    assertThat(egress.getFirst().getPorts())
        .extracting(port -> port.getPort().getIntVal())
        .containsExactly(443);
    assertThat(egress.getFirst().getTo().getFirst().getIpBlock().getExcept())
        .contains("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16");
    assertThat(egress.getFirst().getTo().get(1).getIpBlock().getExcept()).contains("fc00::/7");
  }

  @Test
  void tracesHaveAWayToTheirCollector() {
    NetworkPolicy traces =
        policy(Rendered.WITH_EVERYTHING.every(NetworkPolicy.class), "krabkrab-gateway-traces");
    URI collector =
        URI.create(
            new Pod(Rendered.WITH_EVERYTHING).environment().get("OTEL_EXPORTER_OTLP_ENDPOINT"));
    var egress = traces.getSpec().getEgress().getFirst();

    assertThat(egress.getPorts().getFirst().getPort().getIntVal()).isEqualTo(collector.getPort());
    assertThat(egress.getTo().getFirst().getNamespaceSelector().getMatchLabels().values())
        .allMatch(namespace -> collector.getHost().endsWith("." + namespace));
  }

  // --- the ways in
  // --------------------------------------------------------------------------------

  @Test
  void aSilentConnectionOutlivesTwoTicksBehindNginx() {
    Ingress ingress = nginx();
    long least = 2 * LoopConnections.TICK_INTERVAL_MS / 1000;

    for (String timeout : List.of("proxy-read-timeout", "proxy-send-timeout")) {
      String seconds =
          ingress.getMetadata().getAnnotations().get("nginx.ingress.kubernetes.io/" + timeout);
      assertThat(Long.parseLong(seconds)).isGreaterThanOrEqualTo(least);
    }
  }

  @Test
  void aSilentConnectionOutlivesTwoTicksBehindHaproxyAndAGateway() {
    Ingress haproxy = Rendered.WITH_HAPROXY.only(Ingress.class);

    assertThat(haproxy.getMetadata().getAnnotations())
        .containsEntry("haproxy-ingress.github.io/timeout-tunnel", "1h");
    var route = Rendered.WITH_EVERYTHING.only(Manifests.HttpRoute.class).spec();
    // No end for a request, which a WebSocket is to a Gateway.
    assertThat(route.rules()).hasSize(1);
    assertThat(route.rules().getFirst().timeouts())
        .containsOnly(Map.entry("request", "0s"), Map.entry("backendRequest", "0s"));
  }

  @Test
  void everyWayInLeadsToTheService() {
    int port =
        Rendered.PRODUCTION
            .every(Service.class)
            .getFirst()
            .getSpec()
            .getPorts()
            .getFirst()
            .getPort();
    for (Ingress ingress :
        List.of(
            nginx(),
            Rendered.WITH_HAPROXY.only(Ingress.class),
            Rendered.WITH_TRAEFIK.only(Ingress.class))) {
      var backend =
          ingress.getSpec().getRules().getFirst().getHttp().getPaths().getFirst().getBackend();
      assertThat(ingress.getMetadata().getNamespace()).isEqualTo("krabkrab");
      assertThat(backend.getService().getName()).isEqualTo("krabkrab-gateway");
      assertThat(backend.getService().getPort().getName()).isEqualTo("gateway");
      // Not the certificate that the pods show.
      assertThat(ingress.getSpec().getTls())
          .extracting(tls -> tls.getSecretName())
          .containsExactly("krabkrab-gateway-ingress-tls");
    }
    var backends =
        Rendered.WITH_EVERYTHING.only(Manifests.HttpRoute.class).spec().rules().getFirst();
    assertThat(backends.backendRefs())
        .containsExactly(new Manifests.HttpRoute.Backend("krabkrab-gateway", port));
  }

  private static Ingress nginx() {
    return Manifests.of(Yaml.all(Path.of("k8s/examples/ingress-nginx.yaml"))).only(Ingress.class);
  }

  private static NetworkPolicy policy(List<NetworkPolicy> policies, String name) {
    return policies.stream()
        .filter(policy -> policy.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
