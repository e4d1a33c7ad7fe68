package dev.krabkrab.gateway.k8s;

import static dev.krabkrab.gateway.k8s.Rendered.ALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.krabkrab.gateway.platform.config.InstanceSettings;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects the API knows, references that lead somewhere, settings the gateway understands. */
class ManifestsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {selectors: {}}}",
        "{apiVersion: v1, kind: Service, spec: {ports: [{port: many}]}}",
        "{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: [{nam:"
            + " x}]}}}}",
        "{apiVersion: v1, kind: Secret, data: {}}",
      })
  void whatTheApiDoesNotKnowIsAnError(String yaml) {
    assertThatThrownBy(() -> Manifests.of(Yaml.all(yaml)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void everyObjectIsInTheNamespaceThatIsThere(Manifests manifests) {
    String name = manifests.only(Namespace.class).getMetadata().getName();
    for (ObjectMeta metadata : manifests.metadata()) {
      if (!metadata.getName().equals(name)) {
        assertThat(metadata.getNamespace()).as(metadata.getName()).isEqualTo(name);
      }
    }
  }

  /** Which of several gateways on one Redis it is, is to be seen and to be changed. */
  @ParameterizedTest
  @MethodSource(ALL)
  void theNamespaceInRedisIsNamed(Manifests manifests) {
    assertThat(new Pod(manifests).environment()).containsEntry("KRABKRAB_NAMESPACE", "default");
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void everyReferenceLeadsSomewhere(Manifests manifests) {
    Pod pod = new Pod(manifests);
    Map<String, String> labels = pod.labels();

    assertThat(pod.deployment().getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
    assertThat(pod.volume("config").getConfigMap().getName())
        .isEqualTo(manifests.settings().getMetadata().getName());
    assertThat(pod.environment().get("KRABKRAB_CONFIG")).isEqualTo("/etc/krabkrab/gateway.json5");
    for (Service service : manifests.every(Service.class)) {
      if (!service.getMetadata().getName().equals("krabkrab-redis")) {
        assertThat(service.getSpec().getSelector()).isEqualTo(labels);
        service.getSpec().getPorts().forEach(port -> pod.port(port.getTargetPort()));
      }
    }
    assertThat(manifests.only(PodDisruptionBudget.class).getSpec().getSelector().getMatchLabels())
        .isEqualTo(labels);
  }

  // --- secrets
  // ------------------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource(ALL)
  void noSecretIsShippedAndNoneIsInTheEnvironment(Manifests manifests) {
    assertThat(manifests.all())
        .noneMatch(object -> object.getClass().getSimpleName().equals("Secret"));
    for (EnvVar variable : new Pod(manifests).gateway().getEnv()) {
      if (variable.getName().matches(".*(TOKEN|PASSWORD|SECRET).*")) {
        assertThat(variable.getName()).endsWith("_FILE");
      }
      assertThat(String.valueOf(variable.getValue())).doesNotContain("@");
    }
  }

  @Test
  void productionWaitsForItsSecret() {
    Pod pod = new Pod(Rendered.PRODUCTION);
    var secret = pod.volume("secret").getSecret();

    assertThat(secret.getOptional()).isNull();
    assertThat(secret.getDefaultMode()).isEqualTo(0440);
    List<String> files =
        secret.getItems().stream().map(item -> "/run/secrets/krabkrab/" + item.getPath()).toList();
    assertThat(files)
        .containsExactly(
            pod.environment().get("KRABKRAB_GATEWAY_TOKEN_FILE"),
            pod.environment().get("KRABKRAB_REDIS_URL_FILE"));
  }

  @Test
  void allPodsShowTheSameCertificate() {
    Pod pod = new Pod(Rendered.WITH_TLS);
    String mounted =
        pod.gateway().getVolumeMounts().stream()
            .filter(mount -> mount.getName().equals("tls"))
            .findFirst()
            .orElseThrow()
            .getMountPath();

    Service service = Rendered.WITH_TLS.every(Service.class).getFirst();
    assertThat(service.getSpec().getPorts().getFirst().getAppProtocol())
        .isEqualTo("kubernetes.io/wss");
    assertThat(service.getMetadata().getAnnotations())
        .containsEntry("haproxy-ingress.github.io/backend-protocol", "h1-ssl")
        .containsEntry("traefik.ingress.kubernetes.io/service.serversscheme", "https");
    assertThat(pod.volume("tls").getSecret().getSecretName()).isEqualTo("krabkrab-gateway-tls");
    assertThat(pod.environment())
        .containsEntry("KRABKRAB_TLS_CERT", mounted + "/tls.crt")
        .containsEntry("KRABKRAB_TLS_KEY", mounted + "/tls.key");
  }

  /** What a variable says is a file is in a volume of the pod. */
  @ParameterizedTest
  @MethodSource(ALL)
  void whatIsReadIsMounted(Manifests manifests) {
    Pod pod = new Pod(manifests);
    List<String> mounted =
        pod.gateway().getVolumeMounts().stream().map(mount -> mount.getMountPath() + "/").toList();

    assertThat(pod.environment().values())
        .filteredOn(value -> value.startsWith("/"))
        .allSatisfy(
            file -> assertThat(mounted).anyMatch(folder -> (file + "/").startsWith(folder)));
    for (var mount : pod.gateway().getVolumeMounts()) {
      Volume volume = pod.volume(mount.getName());
      if (volume.getSecret() != null) {
        assertThat(mount.getReadOnly()).isTrue();
        assertThat(volume.getSecret().getDefaultMode()).isEqualTo(0440);
      }
    }
  }

  @Test
  void secretsOfChannelsAndProvidersAreFilesThatTheDocumentMayName() {
    Pod pod = new Pod(Rendered.WITH_EVERYTHING);

    assertThat(pod.environment())
        .containsKeys(
            "KRABKRAB_CHANNEL_TELEGRAM_TOKEN_FILE",
            "KRABKRAB_CHANNEL_SLACK_BOT_TOKEN_FILE",
            "KRABKRAB_CHANNEL_SLACK_APP_TOKEN_FILE",
            "KRABKRAB_CHANNEL_WEBHOOK_SECRET_FILE",
            "OPENAI_API_KEY_FILE",
            "ANTHROPIC_API_KEY_FILE",
            "KRABKRAB_REDIS_PASSWORD_FILE",
            "KRABKRAB_REDIS_CA",
            "OTEL_EXPORTER_OTLP_ENDPOINT");
    assertThat(pod.volume("channels").getSecret().getSecretName()).isEqualTo("krabkrab-channels");
    assertThat(pod.volume("redis-ca").getConfigMap().getName()).isEqualTo("krabkrab-redis-ca");
  }

  /** What identity.md tells to set as caFile and tokenFile. */
  @Test
  void thePodMayReadTheKeysOfTheApiServer() {
    Pod pod = new Pod(Rendered.WITH_ISSUERS);
    var sources = pod.volume("issuers").getProjected().getSources();

    assertThat(pod.spec().getAutomountServiceAccountToken()).isFalse();
    assertThat(sources.get(0).getServiceAccountToken().getPath()).isEqualTo("token");
    assertThat(sources.get(0).getServiceAccountToken().getAudience()).isEqualTo("krabkrab-issuers");
    assertThat(sources.get(1).getConfigMap().getName()).isEqualTo("kube-root-ca.crt");
    assertThat(pod.gateway().getVolumeMounts())
        .filteredOn(mount -> mount.getName().equals("issuers"))
        .singleElement()
        .satisfies(
            mount -> {
              assertThat(mount.getMountPath()).isEqualTo("/run/secrets/issuers");
              assertThat(mount.getReadOnly()).isTrue();
            });
  }

  // --- settings
  // -----------------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource(ALL)
  void theGatewayUnderstandsItsSettings(Manifests manifests, @TempDir Path folder)
      throws Exception {
    Pod pod = new Pod(manifests);
    InstanceSettings settings = pod.settings(folder);

    assertThat(settings.localAutoApproval()).isFalse();
    assertThat(pod.document().at("/gateway/pairing/silentScopes"))
        .isNotEmpty()
        .noneMatch(scope -> scope.asText().equals("operator.admin"));
    assertThat(settings.bind()).isEqualTo("0.0.0.0");
    assertThat(settings.port()).isEqualTo(pod.port("gateway"));
    assertThat(settings.redisUrl()).isNotNull();
    assertThat(pod.environment())
        .containsEntry("KRABKRAB_MANAGEMENT_PORT", Integer.toString(pod.port("management")))
        .containsEntry("KRABKRAB_MANAGEMENT_BIND", "lan");
    // Otherwise the names of Services become variables that look like settings.
    assertThat(pod.spec().getEnableServiceLinks()).isFalse();
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void anInstanceIsNamedAfterItsPod(Manifests manifests) {
    assertThat(new Pod(manifests).gateway().getEnv())
        .filteredOn(variable -> variable.getName().equals("KRABKRAB_INSTANCE"))
        .extracting(variable -> variable.getValueFrom().getFieldRef().getFieldPath())
        .containsExactly("metadata.name");
  }

  @Test
  void anAnsweredDecisionSurvivesAFailOverInProduction(@TempDir Path folder) throws Exception {
    assertThat(new Pod(Rendered.PRODUCTION).settings(folder).minReplicasAck()).isEqualTo(1);
  }
}
