package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.redis.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** {@code krabkrab gateway} from the built jar, in a process of its own. */
final class GatewayJvm implements AutoCloseable {
  private static final Path JAR = Path.of("target", "krabkrab-gateway.jar").toAbsolutePath();

  private final Process process;
  private final Path log;
  private final int port;

  private GatewayJvm(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  static GatewayJvm start(Path stateDir, String... flags) throws IOException {
    return start(List.of(), Map.of(), stateDir, flags);
  }

  /** The same with variables of the environment. */
  static GatewayJvm start(Map<String, String> environment, Path stateDir, String... flags)
      throws IOException {
    return start(List.of(), environment, stateDir, flags);
  }

  /** The same in a process group of its own, as a shell or a supervisor starts it. */
  static GatewayJvm startInGroup(Path stateDir, String... flags) throws IOException {
    return start(List.of("setsid"), Map.of(), stateDir, flags);
  }

  private static GatewayJvm start(
      List<String> by, Map<String, String> environment, Path stateDir, String... flags)
      throws IOException {
    Path log = Files.createTempFile(stateDir.getParent(), "gateway", ".log");
    List<String> arguments = new ArrayList<>(List.of("gateway", "--state-dir"));
    arguments.add(stateDir.toString());
    arguments.addAll(List.of(flags));
    int named = arguments.indexOf("--port");
    int port = named < 0 ? RedisProcess.freePort() : Integer.parseInt(arguments.get(named + 1));
    if (named < 0) {
      arguments.addAll(List.of("--port", Integer.toString(port)));
    }
    ProcessBuilder builder = krabkrab(arguments.toArray(String[]::new));
    builder.command().addAll(0, by);
    builder.environment().putAll(environment);
    return new GatewayJvm(builder.redirectOutput(log.toFile()).start(), log, port);
  }

  /** The jar with arguments, in an environment without settings of ours, errors in its output. */
  static ProcessBuilder krabkrab(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-jar", JAR.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.toUpperCase().startsWith("KRABKRAB"));
    return builder;
  }

  int port() {
    return port;
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  void awaitBanner(Duration longest) {
    Awaitility.await()
        .atMost(longest)
        .until(() -> log().contains(" is up (") && log().contains("Next:") || !process.isAlive());
    assertThat(process.isAlive()).as(log()).isTrue();
  }

  int exitCode(Duration longest) throws InterruptedException {
    boolean ended = process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(ended).as("still running:%n%s", log()).isTrue();
    return process.exitValue();
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** SIGTERM to the whole process group; only for one that has a group of its own. */
  void terminateGroup() throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-TERM", "--", "-" + process.pid()).start();
    assertThat(kill.waitFor()).isZero();
  }

  /** The process and all that it started. */
  List<ProcessHandle> family() {
    return family(process);
  }

  static List<ProcessHandle> family(Process process) {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
  }

  /** TCP ports that the process itself listens on. */
  Set<Integer> listeningPorts() throws IOException {
    Set<String> own = new HashSet<>();
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
      for (Path file : files.toList()) {
        if (Files.isSymbolicLink(file)) {
          own.add(Files.readSymbolicLink(file).toString());
        }
      }
    }
    Set<Integer> ports = new TreeSet<>();
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
        String[] columns = line.strip().split("\\s+");
        if (columns[3].equals("0A") && own.contains("socket:[" + columns[9] + "]")) {
          ports.add(Integer.parseInt(columns[1].substring(columns[1].indexOf(':') + 1), 16));
        }
      }
    }
    return ports;
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  /** Ends it in any case. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
