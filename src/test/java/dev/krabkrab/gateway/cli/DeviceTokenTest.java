package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.cli.TestGateway.Refusal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which credential is shown first, and what follows a refusal (Protocol 01b §5.7, 05 §6.3). */
class DeviceTokenTest extends CommandCase {
  private static final String AUTH =
      "{deviceToken:'dt-1',role:'operator',scopes:['operator.read'],issuedAtMs:1}";
  private static final String MISMATCH =
      "{code:'INVALID_REQUEST',message:'unauthorized: gateway token mismatch (x)'}";
  private static final String MISMATCH_RETRY =
      "{code:'INVALID_REQUEST',message:'unauthorized: gateway token mismatch (x)',"
          + "details:{code:'AUTH_TOKEN_MISMATCH',canRetryWithDeviceToken:true}}";

  @Override
  void answers(TestGateway to) {
    to.on("health", "{ok:true}")
        .on("config.get", "{config:{}}")
        .on("connect", params -> TestGateway.hello(4, AUTH));
  }

  @BeforeEach
  void pair() {
    assertThat(cli.run("health", "--token", "shared")).isZero();
  }

  private void refusesTokens() {
    gateway.on(
        "connect",
        params -> {
          if (params.path("auth").has("token")) {
            throw new Refusal(1008, MISMATCH_RETRY);
          }
          return TestGateway.hello(4, AUTH);
        });
  }

  private JsonNode lastAuth() {
    return gateway.connects.getLast().path("auth");
  }

  private JsonNode stored() throws Exception {
    return Json.parse(Files.readString(cli.state("identity/device-auth.json")));
  }

  @Test
  void isStoredPrivately() throws Exception {
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(cli.state("identity/device-auth.json"))))
        .isEqualTo("rw-------");
    assertThat(stored().at("/tokens/operator/token").asText()).isEqualTo("dt-1");
    assertThat(stored().at("/tokens/operator/updatedAtMs").asLong()).isEqualTo(TestCli.NOW);
    assertThat(stored().path("deviceId"))
        .isEqualTo(gateway.connects.getFirst().path("device").path("id"));
  }

  @Test
  void isPreferredToASecretThatLiesAround() {
    cli.environment("KRABKRAB_GATEWAY_TOKEN", "shared");
    assertThat(cli.run("health")).isZero();
    assertThat(lastAuth().path("token").asText()).isEqualTo("dt-1");
  }

  @Test
  void isNotTriedWhenItCannotCoverTheScopes() {
    cli.environment("KRABKRAB_GATEWAY_TOKEN", "shared");
    assertThat(cli.run("config", "get")).isZero();
    assertThat(lastAuth().path("token").asText()).isEqualTo("shared");
  }

  @Test
  void isForgottenAndReplacedByTheSharedOneWhenRefused() throws Exception {
    cli.environment("KRABKRAB_GATEWAY_TOKEN", "shared");
    gateway.on(
        "connect",
        params -> {
          if (params.path("auth").path("token").asText().equals("dt-1")) {
            throw new Refusal(1008, MISMATCH);
          }
          return TestGateway.hello(3, null);
        });
    assertThat(cli.run("health")).isZero();
    assertThat(gateway.connects).hasSize(3);
    assertThat(lastAuth().path("token").asText()).isEqualTo("shared");
    assertThat(stored().at("/tokens/operator").isMissingNode()).isTrue();
  }

  @Test
  void aloneItIsKept() throws Exception {
    gateway.on(
        "connect",
        params -> {
          throw new Refusal(1008, MISMATCH);
        });
    assertThat(cli.run("health")).isEqualTo(ExitCodes.REFUSED);
    assertThat(cli.err()).contains("this device's token was taken back", "devices approve");
    assertThat(gateway.connects).hasSize(2);
    assertThat(stored().at("/tokens/operator/token").asText()).isEqualTo("dt-1");
  }

  @Test
  void followsARefusedTokenThatLiesAroundWhenTheGatewaySaysSo() {
    cli.environment("KRABKRAB_GATEWAY_TOKEN", "wrong");
    refusesTokens();
    assertThat(cli.run("config", "get")).isZero();
    assertThat(gateway.connects.get(1).path("auth").path("token").asText()).isEqualTo("wrong");
    assertThat(lastAuth().path("deviceToken").asText()).isEqualTo("dt-1");
    assertThat(lastAuth().has("token")).isFalse();
  }

  /** Whoever names a token wants to know whether that one is right. */
  @Test
  void doesNotCoverUpAWrongTokenThatWasNamed() {
    refusesTokens();
    assertThat(cli.run("health", "--token", "wrong")).isEqualTo(ExitCodes.REFUSED);
    assertThat(cli.err()).contains("gateway token mismatch");
    assertThat(gateway.connects).hasSize(2);
  }

  @Test
  void afterARefusalItGoesToTrustedEndpointsOnly() {
    assertThat(settings("ws://127.0.0.1:1", null).isTrusted()).isTrue();
    assertThat(settings("ws://[::1]:1", null).isTrusted()).isTrue();
    assertThat(settings("ws://10.0.0.1:1", null).isTrusted()).isFalse();
    assertThat(settings("wss://gw.example.com", null).isTrusted()).isFalse();
    assertThat(settings("wss://gw.example.com", "a".repeat(64)).isTrusted()).isTrue();
  }

  private ClientSettings settings(String uri, String pin) {
    return new ClientSettings(URI.create(uri), null, null, false, pin, Duration.ofSeconds(1), home);
  }
}
