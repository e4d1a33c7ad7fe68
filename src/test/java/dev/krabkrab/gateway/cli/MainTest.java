package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Help, usage errors, and the commands that need no gateway. */
class MainTest {
  private static final AtomicReference<GatewayFlags> STARTED = new AtomicReference<>();

  @TempDir Path home;

  /** Takes the place of the application. */
  public static final class RecordingLauncher implements GatewayLauncher {
    @Override
    public int run(GatewayFlags flags) {
      STARTED.set(flags);
      return 42;
    }
  }

  /** Nobody implements this. */
  interface Unprovided {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "heath",
        "devices",
        "channels pairing",
        "health --nope",
        "call",
        "nodes invoke --node n",
        "call m notjson --url ws://127.0.0.1:1",
        "health --timeout soon",
        "health --url ftp://x",
        "health --config /does/not/exist",
        "gateway --port 70000",
        "gateway --auth maybe",
        "gateway --tls-cert a.pem",
        "config set a.b",
        "config apply"
      })
  void wrongCommandLinesExitTwo(String command) {
    TestCli cli = new TestCli(home);
    assertThat(cli.run(command.split(" "))).as(cli.err()).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.err()).isNotBlank();
    assertThat(cli.out()).isEmpty();
  }

  @Test
  void noCommandShowsTheHelp() {
    TestCli cli = new TestCli(home);
    assertThat(cli.run()).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.err()).contains("krabkrab devices approve --latest");
  }

  @Test
  void gatewayHandsItsFlagsOver() throws Exception {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(onlyRecording(before));
    try {
      TestCli cli = new TestCli(home);
      assertThat(
              cli.run(
                  "gateway --port 0 --host 0.0.0.0 --token s3cret --tls-cert c --tls-key k"
                      .split(" ")))
          .isEqualTo(42);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
    GatewayFlags flags = STARTED.get();
    assertThat(flags.port()).isZero();
    assertThat(flags.bind()).isEqualTo("0.0.0.0");
    assertThat(flags.tls()).isTrue();
    assertThat(flags.stateDir()).isNull();
    assertThat(flags.toString()).doesNotContain("s3cret");
  }

  private ClassLoader onlyRecording(ClassLoader parent) throws Exception {
    Path service =
        Files.writeString(home.resolve("service"), RecordingLauncher.class.getName() + "\n");
    return new ClassLoader(parent) {
      @Override
      public Enumeration<URL> getResources(String name) throws java.io.IOException {
        return name.endsWith(GatewayLauncher.class.getName())
            ? Collections.enumeration(java.util.List.of(service.toUri().toURL()))
            : super.getResources(name);
      }
    };
  }

  @Test
  void withoutTheApplicationItSaysSo() {
    assertThatThrownBy(() -> Launchers.find(Unprovided.class, "a gateway"))
        .isInstanceOfSatisfying(
            CliException.class,
            e -> {
              assertThat(e.exitCode()).isEqualTo(ExitCodes.INTERNAL);
              assertThat(e).hasMessage("this installation cannot run a gateway");
            });
  }

  @Test
  void tokenFromTheStateDirectory() throws Exception {
    TestCli cli = new TestCli(home);
    assertThat(cli.run("token")).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("krabkrab gateway").contains(".krabkrab");
    Files.createDirectories(home.resolve(".krabkrab"));
    Files.writeString(home.resolve(".krabkrab/gateway-token"), "generated\n");
    assertThat(cli.run("token")).isZero();
    assertThat(cli.out()).isEqualTo("generated\n");
    cli.environment("CLAWDBOT_GATEWAY_TOKEN", "env");
    assertThat(cli.run("token", "--json")).isZero();
    assertThat(cli.out().strip()).isEqualTo("{\"token\":\"env\",\"source\":\"environment\"}");
  }

  @Test
  void versionAsJson() throws Exception {
    TestCli cli = new TestCli(home);
    assertThat(cli.run("version", "--json")).isZero();
    assertThat(Json.parse(cli.out()).path("protocols").toString()).isEqualTo("[3,4]");
  }
}
