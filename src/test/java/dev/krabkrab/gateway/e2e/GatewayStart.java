package dev.krabkrab.gateway.e2e;

import dev.krabkrab.gateway.app.SkewedGateway;
import dev.krabkrab.gateway.cli.Main;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The command that starts one of {@link GatewayProcesses}, as small as a JVM can be. */
final class GatewayStart {
  private GatewayStart() {}

  /**
   * Without settings of ours in its environment but the port, and with a clock that is so wrong.
   */
  static ProcessBuilder of(int port, Duration skew) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx160m",
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
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("KRABKRAB_"));
    builder.environment().put("KRABKRAB_PORT", Integer.toString(port));
    return builder;
  }
}
