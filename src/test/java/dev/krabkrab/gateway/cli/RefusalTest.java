package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.cli.TestGateway.Refusal;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users read, and what scripts get, when it does not work. */
class RefusalTest {
  private static final String PAIRING =
      "{code:'NOT_PAIRED',message:'pairing required',details:{requestId:'r-77'}}";

  @TempDir Path home;
  private TestGateway gateway;
  private TestCli cli;

  @BeforeEach
  void start() throws Exception {
    gateway = TestGateway.start();
    cli = new TestCli(home);
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
  }

  private void refuseConnect(String error) {
    gateway.on(
        "connect",
        params -> {
          throw new Refusal(1008, error);
        });
  }

  @Test
  void pairingNamesTheRequestAndTheCommand() {
    refuseConnect(PAIRING);
    assertThat(cli.run("health", "--url", gateway.url())).isEqualTo(ExitCodes.REFUSED);
    assertThat(cli.err())
        .contains("pairing required")
        .contains("request r-77")
        .contains("  krabkrab devices approve r-77\n");
    assertThat(cli.out()).isEmpty();
  }

  @Test
  void pairingAsJson() throws Exception {
    refuseConnect(PAIRING);
    assertThat(cli.run("health", "--url", gateway.url(), "--json")).isEqualTo(ExitCodes.REFUSED);
    JsonNode failure = Json.parse(cli.err());
    assertThat(failure.path("exitCode").asInt()).isEqualTo(4);
    assertThat(failure.at("/error/details/requestId").asText()).isEqualTo("r-77");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{code:'INVALID_REQUEST',message:'unauthorized: gateway token mismatch (x)'}; 4; --token",
        "{code:'INVALID_REQUEST',message:'unauthorized: gateway password missing'}; 4; --password",
        "{code:'INVALID_REQUEST',message:'unauthorized',retryAfterMs:1500,"
            + "details:{code:'AUTH_RATE_LIMITED'}}; 4; wait 2 s",
        "{code:'INVALID_REQUEST',message:'device signature expired'}; 4; clocks",
        "{code:'UNAVAILABLE',message:'starting',retryable:true}; 1; try again",
        "{code:'INVALID_REQUEST',message:'protocol mismatch',"
            + "details:{code:'PROTOCOL_MISMATCH'}}; 1; update one side"
      })
  void refusalsSayWhatToDo(String error, int exit, String hint) {
    refuseConnect(error);
    assertThat(cli.run("health", "--url", gateway.url())).isEqualTo(exit);
    assertThat(cli.err()).contains(hint);
  }

  @Test
  void missingScopeIsRefused() {
    gateway.on(
        "health",
        params -> {
          throw new Refusal(0, "{code:'INVALID_REQUEST',message:'missing scope: operator.read'}");
        });
    assertThat(cli.run("health", "--url", gateway.url())).isEqualTo(ExitCodes.REFUSED);
    assertThat(cli.err()).contains("missing scope: operator.read").contains("--scopes");
  }

  @Test
  void errorsOfTheGatewayExitOne() {
    assertThat(cli.run("call", "nothing.here", "--url", gateway.url())).isEqualTo(1);
    assertThat(cli.err()).contains("unknown method: nothing.here");
  }

  @Test
  void silenceExitsFive() {
    gateway.on("health", params -> null);
    assertThat(cli.run("health", "--url", gateway.url(), "--timeout", "1500ms"))
        .isEqualTo(ExitCodes.TIMEOUT);
    assertThat(cli.err()).contains("no answer to health within 1500 ms").contains("--timeout");
  }

  @Test
  void nobodyThereExitsThree() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    assertThat(cli.run("health", "--url", "ws://127.0.0.1:" + port)).isEqualTo(3);
    assertThat(cli.err()).contains("cannot connect").contains("krabkrab gateway");
  }

  @Test
  void remoteTextCannotDriveTheTerminal() {
    refuseConnect("{code:'INVALID_REQUEST',message:'a\\u001b[2Jb'}");
    cli.run("health", "--url", gateway.url());
    assertThat(cli.err()).contains("a\\u001b[2Jb").doesNotContain("\u001b");
  }
}
