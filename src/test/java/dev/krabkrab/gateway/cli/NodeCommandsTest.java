package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code krabkrab node} without a gateway. */
class NodeCommandsTest {
  @TempDir Path home;

  private Path policy() {
    return home.resolve(".krabkrab").resolve("node").resolve("exec-approvals.json");
  }

  @Test
  void statusSaysWhoTheNodeIsAndWhetherItsPolicyCanBeUsed() throws Exception {
    TestCli cli = new TestCli(home);
    assertThat(cli.run("node", "status")).as(cli.err()).isZero();
    assertThat(cli.out())
        .containsPattern("Node     [0-9a-f]{64}")
        .contains("Running  no", "Let in   not yet", policy().toString());

    new NodeFiles(home.resolve(".krabkrab")).policy(() -> "id").create();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(policy())))
        .isEqualTo("rw-------");
    assertThat(cli.run("node", "status")).isZero();
    Files.writeString(policy(), "{\"version\":1,\"default\u202es\":{}}");
    assertThat(cli.run("node", "status")).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.out()).contains("Problem", "default\\u202es").doesNotContain("\u202e");
  }

  @Test
  void aServiceStartsThisNodeAndKnowsNoSecret() {
    TestCli cli = new TestCli(home).environment("KRABKRAB_GATEWAY_TOKEN", "s3cret");
    assertThat(cli.run("node", "service", "--print", "systemd", "--url", "wss://a,wss://b"))
        .as(cli.err())
        .isZero();
    assertThat(cli.out())
        .contains("node run --state-dir " + home.resolve(".krabkrab") + " --url wss://a,wss://b")
        .doesNotContain("s3cret");
    assertThat(cli.run("node", "service", "--print", "launchd")).isZero();
    assertThat(cli.out()).contains("<string>run</string>").doesNotContain("s3cret");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--allow-env LD_PRELOAD; LD_PRELOAD",
        "--allow-env A,PATH; PATH",
        "--max-runs 0; --max-runs",
        "--max-runs 65; --max-runs",
        "--grace 2h; --grace",
        "--url ws://a,,ws://b; not a gateway address",
        "--url http:x; not a gateway address"
      })
  void aWrongCommandLineConnectsNowhere(String options, String named) {
    TestCli cli = new TestCli(home);
    assertThat(cli.run(("node run " + options).split(" "))).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.err()).contains(named);
  }
}
