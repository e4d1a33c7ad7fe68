package dev.krabkrab.gateway.k8s;

import static dev.krabkrab.gateway.k8s.Rendered.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.app.GatewayProcess;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HPAScalingPolicy;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a pod takes, may do, and how long it takes to end. */
class PodTest {
  /**
   * Kept between the end of a stop and the kill, and the most that is not a waste of a node's time.
   */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  private static final Duration SLACK = Duration.ofSeconds(15);

  /** Measured, see docs/operations/deploy.md: memory that is neither heap nor direct. */
  private static final long OTHER_BYTES = 160L << 20;

  /** Measured: live heap of an idle connection. */
  private static final long HEAP_PER_CONNECTION = 25L << 10;

  /** Measured: a command of the command line run inside the pod. */
  private static final long COMMAND_BYTES = 140L << 20;

  @ParameterizedTest
  @MethodSource(ALL)
  void theGracePeriodFitsTheDrain(Manifests manifests, @TempDir Path folder) throws Exception {
    Pod pod = new Pod(manifests);
    Duration sleep =
        Duration.ofSeconds(pod.gateway().getLifecycle().getPreStop().getSleep().getSeconds());
    Duration needed =
        sleep
            .plus(GatewayProcess.longestStop(pod.settings(folder).drain().budgetMs()))
            .plus(MARGIN);
    Duration grace = Duration.ofSeconds(pod.spec().getTerminationGracePeriodSeconds());

    assertThat(sleep).isGreaterThanOrEqualTo(Duration.ofSeconds(5));
    assertThat(grace).isBetween(needed, needed.plus(SLACK));
  }

  @Test
  void oneDrainEndsBeforeTheNextBegins() {
    long grace = new Pod(Rendered.PRODUCTION).spec().getTerminationGracePeriodSeconds();
    var scaleDown =
        Rendered.PRODUCTION
            .only(HorizontalPodAutoscaler.class)
            .getSpec()
            .getBehavior()
            .getScaleDown();

    assertThat(scaleDown.getStabilizationWindowSeconds()).isGreaterThanOrEqualTo(300);
    for (HPAScalingPolicy policy : scaleDown.getPolicies()) {
      assertThat(policy.getType()).isEqualTo("Pods");
      assertThat(policy.getValue()).isEqualTo(1);
      assertThat(policy.getPeriodSeconds()).isGreaterThan((int) grace);
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void podsAreReplacedOneByOneAndNewFirst(Manifests manifests) {
    Deployment deployment = new Pod(manifests).deployment();
    var rolling = deployment.getSpec().getStrategy().getRollingUpdate();
    var budget = manifests.only(PodDisruptionBudget.class).getSpec();

    assertThat(rolling.getMaxUnavailable().getIntVal()).isZero();
    assertThat(rolling.getMaxSurge().getIntVal()).isEqualTo(1);
    assertThat(deployment.getSpec().getMinReadySeconds()).isPositive();
    assertThat(budget.getMaxUnavailable().getIntVal()).isEqualTo(1);
  }

  // --- the life of a pod
  // --------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource(ALL)
  void threeProbesAskThreeQuestions(Manifests manifests) {
    Pod pod = new Pod(manifests);
    Container gateway = pod.gateway();

    assertThat(
            Stream.of(
                    gateway.getStartupProbe(),
                    gateway.getLivenessProbe(),
                    gateway.getReadinessProbe())
                .map(Probe::getHttpGet))
        .allSatisfy(get -> assertThat(pod.port(get.getPort())).isEqualTo(pod.port("management")))
        .extracting(get -> get.getPath())
        .containsExactly("/startupz", "/healthz", "/readyz");
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void podsStandApart(Manifests manifests) {
    assertThat(new Pod(manifests).spec().getTopologySpreadConstraints())
        .extracting(constraint -> constraint.getTopologyKey())
        .containsExactly("topology.kubernetes.io/zone", "kubernetes.io/hostname");
  }

  @Test
  void connectionsAndProcessorTimeDecideHowMany() {
    var spec = Rendered.PRODUCTION.only(HorizontalPodAutoscaler.class).getSpec();

    assertThat(spec.getMinReplicas()).isGreaterThanOrEqualTo(3);
    assertThat(spec.getScaleTargetRef().getName())
        .isEqualTo(Rendered.PRODUCTION.only(Deployment.class).getMetadata().getName());
    // The autoscaler owns the number; a number here would reset it at every apply.
    assertThat(Rendered.PRODUCTION.only(Deployment.class).getSpec().getReplicas()).isNull();
    assertThat(spec.getMetrics()).hasSize(2);
    assertThat(spec.getMetrics().get(0).getPods().getMetric().getName())
        .isEqualTo("krabkrab_connections");
    assertThat(spec.getMetrics().get(1).getResource().getName()).isEqualTo("cpu");
    assertThat(Rendered.DEV.every(HorizontalPodAutoscaler.class)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void theConnectionsThatMayComeFitTheHeap(Manifests manifests, @TempDir Path folder)
      throws Exception {
    Pod pod = new Pod(manifests);
    long connections = pod.settings(folder).limits().connections();

    assertThat(connections * HEAP_PER_CONNECTION).isLessThan(largestHeap(pod) / 2);
    assertThat(connections).isGreaterThan(2_500 * 3 / 2);
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void theMemoryFitsWhatTheJvmMayTake(Manifests manifests) {
    var resources = new Pod(manifests).gateway().getResources();
    long limit = Pod.bytes(resources.getLimits(), "memory");
    assertThat(javaOptions()).doesNotContain("MaxDirectMemorySize");
    // Direct memory may become as large as the heap when nothing else is said.
    long heapAndDirect = 2 * largestHeap(new Pod(manifests));

    assertThat(Pod.bytes(resources.getRequests(), "memory")).isEqualTo(limit);
    if (manifests != Rendered.DEV) {
      assertThat(heapAndDirect + OTHER_BYTES + COMMAND_BYTES).isLessThanOrEqualTo(limit);
    }
  }

  private static long largestHeap(Pod pod) {
    Matcher heap = Pattern.compile("-XX:MaxRAMPercentage=(\\d+)").matcher(javaOptions());
    assertThat(heap.find()).isTrue();
    long limit = Pod.bytes(pod.gateway().getResources().getLimits(), "memory");
    return limit * Integer.parseInt(heap.group(1)) / 100;
  }

  private static String javaOptions() {
    return Yaml.text(Path.of("k8s/image/java-options"));
  }

  // --- what a pod may do
  // --------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource(ALL)
  void aPodMayDoNothingButItsWork(Manifests manifests) {
    List<PodSpec> pods = new ArrayList<>();
    manifests.every(Deployment.class).forEach(d -> pods.add(d.getSpec().getTemplate().getSpec()));
    manifests.every(StatefulSet.class).forEach(s -> pods.add(s.getSpec().getTemplate().getSpec()));
    assertThat(pods).isNotEmpty();
    for (PodSpec pod : pods) {
      assertThat(pod.getAutomountServiceAccountToken()).isFalse();
      assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
      assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
      assertThat(pod.getSecurityContext().getSeccompProfile().getType())
          .isEqualTo("RuntimeDefault");
      for (Container container : pod.getContainers()) {
        var may = container.getSecurityContext();
        assertThat(may.getAllowPrivilegeEscalation()).isFalse();
        assertThat(may.getReadOnlyRootFilesystem()).isTrue();
        assertThat(may.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(may.getCapabilities().getAdd()).isNullOrEmpty();
        assertThat(container.getImage())
            .matches("[a-z/-]+:[a-z0-9.-]+(@sha256:[0-9a-f]{64})?")
            .doesNotEndWith(":latest");
        assertThat(container.getResources().getLimits()).containsKey("memory");
        assertThat(container.getResources().getRequests()).containsKeys("memory", "cpu");
      }
    }
  }

  @ParameterizedTest
  @MethodSource(ALL)
  void theGatewayKeepsNothing(Manifests manifests) throws Exception {
    Pod pod = new Pod(manifests);
    List<String> writable = new ArrayList<>();
    for (Volume volume : pod.spec().getVolumes()) {
      assertThat(
              volume.getEmptyDir() != null
                  || volume.getConfigMap() != null
                  || volume.getProjected() != null
                  || volume.getSecret() != null)
          .as("%s", volume)
          .isTrue();
      if (volume.getEmptyDir() != null) {
        writable.add(volume.getName());
        assertThat(volume.getEmptyDir().getSizeLimit()).isNotNull();
      }
    }
    assertThat(writable).containsExactlyInAnyOrder("state", "tmp");
    // The token for the command line is in there.
    assertThat(pod.volume("state").getEmptyDir().getMedium()).isEqualTo("Memory");

    ImageRecipe image = ImageRecipe.read(Path.of("Dockerfile"));
    assertThat(pod.environment().get("KRABKRAB_STATE_DIR"))
        .isEqualTo(image.environment().get("KRABKRAB_STATE_DIR"));
    var user = pod.spec().getSecurityContext();
    assertThat(user.getRunAsUser() + ":" + user.getRunAsGroup()).isEqualTo(image.user());
    assertThat(user.getFsGroup()).isEqualTo(user.getRunAsGroup());
  }
}
