package dev.krabkrab.gateway.e2e;

import dev.krabkrab.gateway.app.SkewedGateway;
import dev.krabkrab.gateway.cli.Main;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The command that starts one of {@link GatewayProcesses}. */
final class GatewayStart {
  /** As small as a JVM can be, so that many fit on a machine beside their tests. */
  static final List<String> SMALL =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx160m");

  /** The same with the heap that thousands of clients need. */
  static final List<String> LARGE =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx320m", "-Xmn64m");

  private GatewayStart() {}

  /** Another build than this tree, from its jar. */
  static ProcessBuilder of(int port, Path jar, List<String> jvm) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(
        List.of(
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-jar",
            jar.toString(),
            "gateway"));
    return alone(command, port);
  }

  /**
   * Without settings of ours in its environment but the port, and with a clock that is so wrong.
   */
  static ProcessBuilder of(int port, Duration skew, List<String> jvm) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(
        List.of(
            "-XX:+UseCompactObjectHeaders",
            "-Xshare:auto",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path")));
    if (skew.isZero()) {
      command.addAll(List.of(Main.class.getName(), "gateway"));
    } else {
      command.addAll(List.of(SkewedGateway.class.getName(), Long.toString(skew.toMillis())));
    }
    return alone(command, port);
  }

  private static ProcessBuilder alone(List<String> command, int port) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("KRABKRAB_"));
    builder.environment().put("KRABKRAB_PORT", Integer.toString(port));
    return builder;
  }
}
