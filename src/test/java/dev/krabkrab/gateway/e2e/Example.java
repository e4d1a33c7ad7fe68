package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One example of the guide as a process of its own, whose output is read from a file. */
final class Example implements AutoCloseable {
  private static final Path EXAMPLES = Path.of("docs", "protocol", "examples").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path output;

  private Example(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** An example of a language that this machine has, with an identity of that name. */
  static Example start(
      Path folder, String identity, List<Integer> ports, String name, String... words) {
    List<String> command = new ArrayList<>(interpreter(name));
    command.add(EXAMPLES.resolve(name).toString());
    command.addAll(Arrays.asList(words));
    try {
      Path output = Files.createTempFile(folder, identity, ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .directory(folder.toFile());
      builder.environment().put("GATEWAY_TOKEN", Cluster.TOKEN);
      builder.environment().put("IDENTITY", identity + ".identity");
      builder
          .environment()
          .put(
              "GATEWAY_URLS",
              String.join(",", ports.stream().map(port -> "ws://127.0.0.1:" + port).toList()));
      return new Example(builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> interpreter(String name) {
    if (name.endsWith(".java")) {
      return List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-cp",
          Path.of("target", "lib", "*").toAbsolutePath().toString());
    }
    if (name.endsWith(".py")) {
      String probe =
          "import sys; assert sys.version_info >= (3, 9); import websockets, cryptography";
      return found(
          "Python 3 with the packages python3-websockets and python3-cryptography",
          List.of(List.of("python3", "-c", probe), List.of("/usr/bin/python3", "-c", probe)));
    }
    String probe = "process.exit(globalThis.WebSocket ? 0 : 1)";
    return found(
        "Node 20.10 or newer",
        List.of(
            List.of("node", "-e", probe),
            List.of("node", "--experimental-websocket", "-e", probe)));
  }

  /** The first that answers well, without the words of the probe: the last two. */
  private static List<String> found(String needed, List<List<String>> probes) {
    Optional<List<String>> first = probes.stream().filter(Example::succeeds).findFirst();
    assumeTrue(first.isPresent(), () -> "needs " + needed);
    return first.orElseThrow().subList(0, first.orElseThrow().size() - 2);
  }

  private static boolean succeeds(List<String> command) {
    try {
      Process probe =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return probe.waitFor(30, TimeUnit.SECONDS) && probe.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Waits for a line that begins so, and returns what follows. */
  String line(String beginning) {
    return await(beginning)
        .atMost(PATIENCE)
        .until(() -> find(beginning), Optional::isPresent)
        .orElseThrow();
  }

  private Optional<String> find(String beginning) {
    boolean alive = process.isAlive();
    List<String> lines = lines();
    Optional<String> found =
        lines.stream()
            .filter(line -> line.startsWith(beginning))
            .map(line -> line.substring(beginning.length()))
            .findFirst();
    assertThat(found.isPresent() || alive).as("%s in %s", beginning, lines).isTrue();
    return found;
  }

  List<String> lines() {
    try {
      return Files.readAllLines(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its end. */
  int exitCode() {
    await().atMost(PATIENCE).until(() -> !process.isAlive());
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
