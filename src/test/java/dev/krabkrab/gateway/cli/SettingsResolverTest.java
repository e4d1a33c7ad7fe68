package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which gateway is meant, and which secret belongs to it. */
class SettingsResolverTest {
  @TempDir Path home;

  private ClientSettings resolve(TestCli cli, ClientOptions options) {
    return new SettingsResolver(options, cli.context()).resolve();
  }

  private Path file(String text) throws Exception {
    return Files.writeString(home.resolve("config.json5"), text);
  }

  private void generatedToken() throws Exception {
    Files.createDirectories(home.resolve(".krabkrab"));
    Files.writeString(home.resolve(".krabkrab/gateway-token"), "generated\n");
  }

  @Test
  void theLocalGatewayIsTheDefault() throws Exception {
    generatedToken();
    ClientSettings settings = resolve(new TestCli(home), new ClientOptions());
    assertThat(settings.uri()).hasToString("ws://127.0.0.1:18789");
    assertThat(settings.token()).isEqualTo("generated");
    assertThat(settings.explicitSecret()).isFalse();
  }

  @Test
  void portAndTokenFromTheEnvironment() {
    TestCli cli =
        new TestCli(home)
            .environment("KRABKRAB_PORT", "19000")
            .environment("MOLTBOT_GATEWAY_TOKEN", "last")
            .environment("OPENCLAW_GATEWAY_TOKEN", "first")
            .environment("krabkrab_GATEWAY_TOKEN", "ours");
    ClientSettings settings = resolve(cli, new ClientOptions());
    assertThat(settings.uri()).hasToString("ws://127.0.0.1:19000");
    assertThat(settings.token()).isEqualTo("ours");
  }

  @ParameterizedTest
  @CsvSource({
    "ws://0.0.0.0:29000, ws://127.0.0.1:29000, true",
    "0.0.0.0:29000, ws://127.0.0.1:29000, true",
    "ws://[::]:29000, ws://[::1]:29000, true",
    "ws://[0:0:0:0:0:0:0:0]:29000/x, ws://[::1]:29000/x, true",
    "ws://127.8.8.8:1, ws://127.8.8.8:1, true",
    "ws://LOCALHOST:1, ws://LOCALHOST:1, true",
    "wss://127.evil.example, wss://127.evil.example, false",
    "wss://0.0.0.0.example, wss://0.0.0.0.example, false",
    "ws://192.168.0.1, ws://192.168.0.1, false"
  })
  void thisMachineIsKnownByItsAddressesAndByNoOthers(String given, String taken, boolean loopback) {
    ClientOptions options = new ClientOptions();
    options.url = given;
    ClientSettings settings = resolve(new TestCli(home), options);
    assertThat(settings.uri()).hasToString(taken);
    assertThat(settings.isLoopback()).isEqualTo(loopback);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "65536", "x", "99999999999"})
  void aPortOfTheEnvironmentThatIsNoneIsNamed(String port) {
    TestCli cli = new TestCli(home).environment("KRABKRAB_PORT", port);
    assertThat(cli.run("health")).isEqualTo(ExitCodes.USAGE);
    assertThat(cli.err()).contains("not a port: " + port, "KRABKRAB_PORT");
  }

  @Test
  void aTokenFromAFile() throws Exception {
    Path token = Files.writeString(home.resolve("token"), "mounted\n");
    TestCli cli = new TestCli(home).environment("KRABKRAB_GATEWAY_TOKEN_FILE", token.toString());
    assertThat(resolve(cli, new ClientOptions()).token()).isEqualTo("mounted");
  }

  @Test
  void aTokenFromAFileThatIsNotThere() {
    TestCli cli = new TestCli(home).environment("KRABKRAB_GATEWAY_TOKEN_FILE", "/nowhere");
    assertThat(cli.run("health")).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("cannot read /nowhere", "KRABKRAB_GATEWAY_TOKEN_FILE");
  }

  @Test
  void theRemoteSectionOfTheFile() throws Exception {
    ClientOptions options = new ClientOptions();
    options.config =
        file(
            "{gateway: {auth: {token: 'mine'}, // comment\n remote: {url: 'wss://gw.example.com',"
                + " token: 'theirs', tlsFingerprint: 'sha256:"
                + "AB".repeat(32)
                + "'},},}");
    ClientSettings settings = resolve(new TestCli(home), options);
    assertThat(settings.uri()).hasToString("wss://gw.example.com");
    assertThat(settings.token()).isEqualTo("theirs");
    assertThat(settings.pin()).isEqualTo("ab".repeat(32));
  }

  @Test
  void secretsOfThisMachineDoNotGoToAnother() throws Exception {
    generatedToken();
    ClientOptions options = new ClientOptions();
    options.config =
        file("{gateway:{auth:{token:'mine'},remote:{url:'wss://gw.example.com',token:'t'}}}");
    options.url = "wss://other.example.com";
    assertThat(resolve(new TestCli(home), options).token()).isNull();
  }

  @Test
  void localTlsFollowsTheFile() throws Exception {
    ClientOptions options = new ClientOptions();
    options.config = file("{gateway:{port:1234,tls:{enabled:true}}}");
    assertThat(resolve(new TestCli(home), options).uri()).hasToString("wss://127.0.0.1:1234");
  }

  @Test
  void addressesAreReadGenerously() {
    ClientOptions options = new ClientOptions();
    options.url = "https://gw.example.com/ws";
    assertThat(resolve(new TestCli(home), options).uri()).hasToString("wss://gw.example.com/ws");
    options.url = "10.0.0.7:18789";
    assertThat(resolve(new TestCli(home), options).uri()).hasToString("ws://10.0.0.7:18789");
    for (String bad : new String[] {"ftp://x", "ws://", "ws://a b", "ws://h:99999", "::"}) {
      options.url = bad;
      assertThatThrownBy(() -> resolve(new TestCli(home), options))
          .as(bad)
          .isInstanceOfSatisfying(
              CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCodes.USAGE));
    }
  }
}
