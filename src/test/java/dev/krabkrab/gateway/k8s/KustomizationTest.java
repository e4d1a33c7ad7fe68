package dev.krabkrab.gateway.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our renderer does what kubectl does, and refuses what it does not know. */
class KustomizationTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "k8s/base",
        "k8s/overlays/dev",
        "k8s/overlays/production",
        "src/test/k8s/tls",
        "src/test/k8s/issuers",
        "src/test/k8s/everything",
        "src/test/k8s/haproxy",
        "src/test/k8s/traefik"
      })
  void rendersLikeKubectl(String folder) throws Exception {
    String rendered = kubectl(folder);
    assumeTrue(!rendered.isEmpty(), "no kubectl on the PATH");

    assertThat(sorted(Kustomization.render(Path.of(folder)))).isEqualTo(sorted(Yaml.all(rendered)));
  }

  @Test
  void whatItDoesNotKnowIsRefused(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("kustomization.yaml"), "namePrefix: x-\n");

    assertThatThrownBy(() -> Kustomization.render(folder)).hasMessageContaining("namePrefix");
  }

  @Test
  void aPatchWithoutATargetIsRefused(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("kustomization.yaml"), "patches: [{path: p.yaml}]\n");
    Files.writeString(
        folder.resolve("p.yaml"), "{apiVersion: v1, kind: Service, metadata: {name: gone}}\n");

    assertThatThrownBy(() -> Kustomization.render(folder)).hasMessageContaining("nothing to patch");
  }

  private static List<ObjectNode> sorted(List<ObjectNode> objects) {
    return objects.stream()
        .sorted(
            Comparator.comparing(
                object -> object.path("kind").asText() + object.at("/metadata/name").asText()))
        .toList();
  }

  private static String kubectl(String folder) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder("kubectl", "kustomize", folder)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String out = new String(process.getInputStream().readAllBytes());
      assertThat(process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0).isTrue();
      return out;
    } catch (IOException notInstalled) {
      return "";
    }
  }
}
