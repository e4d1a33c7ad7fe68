package dev.krabkrab.gateway.k8s;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Helm in a JVM of its own: its Go runtime takes the signals of the process it is loaded into, and
 * nobody can attach to that one any more, as fuzz tests do.
 */
final class HelmProcess {
  private HelmProcess() {}

  /** Prints the objects of a chart, or what is wrong with it. */
  public static void main(String[] args) {
    Helm helm = new Helm(Path.of(args[1]));
    if (args[0].equals("lint")) {
      var result = helm.lint().strict().quiet().call();
      if (result.isFailed()) {
        fail(result.getMessages().toString());
      }
      return;
    }
    try {
      System.out.print(
          helm.template()
              .withName("krabkrab-gateway")
              .withNamespace("krabkrab")
              .withValuesFile(Path.of(args[2]))
              .call());
    } catch (IllegalStateException e) {
      fail(e.getMessage());
    }
  }

  private static void fail(String message) {
    System.err.print(message);
    System.exit(1);
  }

  /**
   * The objects of a release called krabkrab-gateway in the namespace krabkrab, as YAML.
   *
   * @throws IllegalStateException in Helm's words
   */
  static String template(Path chart, Path values) throws IOException {
    return run("template", chart.toString(), values.toString());
  }

  /**
   * Looks for mistakes in a chart.
   *
   * @throws IllegalStateException in Helm's words, when there is one
   */
  static void lint(Path chart) throws IOException {
    run("lint", chart.toString());
  }

  private static String run(String... args) throws IOException {
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            HelmProcess.class.getName());
    Path problems = Files.createTempFile("helm", ".txt");
    Process process =
        new ProcessBuilder(Stream.concat(java.stream(), Stream.of(args)).toList())
            .redirectError(problems.toFile())
            .start();
    try {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Helm takes too long");
      }
      if (process.exitValue() != 0) {
        throw new IllegalStateException(Files.readString(problems));
      }
      return out;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(problems);
    }
  }
}
