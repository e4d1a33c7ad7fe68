package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** {@code krabkrab node run} from the built jar, in a process of its own. */
final class NodeProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path log;

  private NodeProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static NodeProcess start(Path stateDir, @Nullable String token, String... flags)
      throws IOException {
    Path log = Files.createTempFile(stateDir.getParent(), "node", ".log");
    List<String> arguments = new ArrayList<>(List.of("node", "run", "--state-dir"));
    arguments.add(stateDir.toString());
    arguments.addAll(List.of(flags));
    ProcessBuilder builder = GatewayJvm.krabkrab(arguments.toArray(String[]::new));
    if (token != null) {
      builder.environment().put("KRABKRAB_GATEWAY_TOKEN", token);
    }
    return new NodeProcess(builder.redirectOutput(log.toFile()).start(), log);
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How often a line with this was printed. */
  long count(String what) {
    return log().lines().filter(line -> line.contains(what)).count();
  }

  void awaitLine(String what, int times) {
    await()
        .atMost(PATIENCE)
        .failFast(() -> !process.isAlive() && count(what) < times)
        .until(() -> count(what) >= times);
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(log()).isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    List<ProcessHandle> family = GatewayJvm.family(process);
    family.forEach(ProcessHandle::destroyForcibly);
  }
}
