package dev.krabkrab.gateway.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be said about the release workflow without running it. */
class ReleaseTest {
  private static final JsonNode WORKFLOW =
      Yaml.all(Path.of(".github", "workflows", "release.yml")).getFirst();

  private record Ended(int code, String output) {}

  @Test
  void everyJobWaitsForJobsThatExist() {
    JsonNode jobs = WORKFLOW.path("jobs");

    assertThat(jobs.size()).isEqualTo(4);
    for (JsonNode job : jobs) {
      JsonNode needs = job.path("needs");
      List<String> names = new ArrayList<>();
      if (needs.isTextual()) {
        names.add(needs.asText());
      }
      needs.forEach(name -> names.add(name.asText()));
      assertThat(names).allMatch(jobs::has);
    }
  }

  @Test
  void actionsAreNamedByTheirRelease() {
    assertThat(steps().stream().map(step -> step.path("uses").asText()))
        .filteredOn(uses -> !uses.isEmpty())
        .hasSizeGreaterThan(10)
        .allMatch(uses -> uses.matches("[a-z-]+/[a-z-]+@v\\d+"));
  }

  /** Only the last job may write releases and sign, and no job is given more than it needs. */
  @Test
  void jobsMayDoWhatTheyHaveTo() {
    assertThat(WORKFLOW.path("permissions").toString()).isEqualTo("{\"contents\":\"read\"}");
    for (Map.Entry<String, JsonNode> job : WORKFLOW.path("jobs").properties()) {
      JsonNode may = job.getValue().path("permissions");
      assertThat(may.path("id-token").asText().equals("write"))
          .isEqualTo(job.getKey().equals("publish"));
      assertThat(may.path("packages").asText().equals("write"))
          .isEqualTo(Set.of("publish", "image").contains(job.getKey()));
    }
  }

  @Test
  void scriptsAreShellAndWhatTheyCallExists(@TempDir Path folder) throws Exception {
    Pattern ours = Pattern.compile("(?m)(?:^| )((?:\\.github|k8s|\\.mvn)/[\\w./-]+)");
    List<String> scripts =
        steps().stream().map(step -> step.path("run").asText()).filter(s -> !s.isEmpty()).toList();

    assertThat(scripts).hasSizeGreaterThan(7);
    for (String script : scripts) {
      Path file =
          Files.writeString(
              folder.resolve("script"), script.replaceAll("\\$\\{\\{[^}]*}}", "expression"));
      assertThat(run("bash", "-n", file.toString()).output()).isEmpty();
      assertThat(ours.matcher(script).results().map(found -> Path.of(found.group(1))))
          .allMatch(Files::exists);
    }
    String all = String.join("\n", scripts);
    assertThat(all)
        .contains("-Pdist package", "helm push", "cosign sign --yes \"$IMAGE@", "cosign sign-blob")
        .contains("cosign sign --yes \"$CHART\"", "cosign attest", "gh release create");
  }

  @Test
  void oneVersionIsReleased() throws Exception {
    Ended now = run(".github/same-version", "9.9.9");

    assertThat(now.code()).isOne();
    assertThat(now.output()).contains("pom.xml says 0.1.0", "not 9.9.9");
  }

  private static List<JsonNode> steps() {
    List<JsonNode> steps = new ArrayList<>();
    WORKFLOW.path("jobs").forEach(job -> job.path("steps").forEach(steps::add));
    return steps;
  }

  private static Ended run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }
}
