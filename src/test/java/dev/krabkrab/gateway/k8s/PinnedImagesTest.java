package dev.krabkrab.gateway.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A release is built upon images that are named by digest. */
class PinnedImagesTest {
  private static final String TAG = "gcr.io/distroless/base:nonroot";
  private static final String PINNED = TAG + "@sha256:" + "0123456789abcdef".repeat(4);

  private record Ended(int code, String output) {}

  @Test
  void aReleaseNeedsTheDigestOfEachImage() throws Exception {
    assertThat(run("0.1.0", PINNED, PINNED).code()).isZero();
    for (String bad :
        List.of(TAG, TAG + "@sha256:", PINNED + "0", PINNED.replace('a', 'g'), "sha256:x")) {
      assertThat(run("0.1.0", PINNED, bad).code()).as(bad).isOne();
      assertThat(run("0.1.0", bad, PINNED).output()).contains("has no digest");
    }
    assertThat(run("dev", TAG, TAG).code()).isZero();
  }

  @Test
  void theDockerfileAsksBeforeItBuildsAnything() throws Exception {
    String text = Files.readString(Path.of("Dockerfile"));
    assertThat(text.lines().filter(line -> line.startsWith("FROM ")))
        .containsExactly("FROM ${BUILD_IMAGE} AS build", "FROM ${BASE_IMAGE}");
    assertThat(text.lines().filter(line -> line.startsWith("RUN ")).findFirst())
        .hasValueSatisfying(line -> assertThat(line).contains("k8s/image/pinned"));
  }

  @Test
  void whatIsBuiltUponIsNamedByDigest() throws Exception {
    String text = Files.readString(Path.of("Dockerfile"));
    List<String> images =
        text.lines()
            .filter(line -> line.matches("ARG (BUILD|BASE)_IMAGE=.*"))
            .map(line -> line.substring(line.indexOf('=') + 1))
            .toList();
    assertThat(images).hasSize(2);
    assertThat(run("0.1.0", images.get(0), images.get(1)).output()).isEmpty();
    assertThat(Files.readString(Path.of("k8s/overlays/dev/redis.yaml")))
        .containsPattern("image: redis:[0-9.]+-alpine@sha256:[0-9a-f]{64}\\n");
  }

  private static Ended run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("k8s/image/pinned"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }
}
