package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.rpc.ProtocolBundle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The command line as a process of its own, as shells start it. */
class MainProcessTest {
  @Test
  void everythingThatIsPrintedReachesAPipe() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "protocol",
                "gen")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(ExitCodes.OK);
    assertThat(printed).isEqualTo(ProtocolBundle.text());
  }
}
