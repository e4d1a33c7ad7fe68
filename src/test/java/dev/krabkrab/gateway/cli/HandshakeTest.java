package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Protocol 01b §2.2, §5.1, §5.7 and 05 §5.1 as this client speaks them. */
class HandshakeTest {
  @TempDir Path home;
  private TestGateway gateway;
  private TestCli cli;

  @BeforeEach
  void start() throws Exception {
    gateway = TestGateway.start().on("health", "{ok:true,ts:1737264000000,durationMs:3}");
    cli = new TestCli(home);
  }

  @AfterEach
  void stop() throws Exception {
    gateway.close();
  }

  @Test
  void signsLayoutThreeOverWhatItSends() throws Exception {
    assertThat(cli.run("health", "--url", gateway.url(), "--token", "s3cret")).isZero();

    JsonNode connect = gateway.connects.getFirst();
    assertThat(connect.path("minProtocol").asInt()).isEqualTo(3);
    assertThat(connect.path("maxProtocol").asInt()).isEqualTo(4);
    assertThat(connect.path("role").asText()).isEqualTo("operator");
    assertThat(connect.path("auth").path("token").asText()).isEqualTo("s3cret");
    JsonNode client = connect.path("client");
    assertThat(client.path("id").asText()).isEqualTo("cli");
    assertThat(client.path("mode").asText()).isEqualTo("cli");
    assertThat(client.path("displayName").asText())
        .startsWith("krabkrab cli (" + System.getProperty("user.name") + "@")
        .endsWith(")");
    JsonNode device = connect.path("device");
    assertThat(device.path("signedAt").asLong()).isEqualTo(TestGateway.TS);
    assertThat(device.path("nonce").asText()).isEqualTo(TestGateway.NONCE);

    byte[] key = Base64.getUrlDecoder().decode(device.path("publicKey").asText());
    assertThat(device.path("id").asText())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key)));
    String text =
        String.join(
            "|",
            "v3",
            device.path("id").asText(),
            "cli",
            "cli",
            "operator",
            "operator.read",
            "" + TestGateway.TS,
            "s3cret",
            TestGateway.NONCE,
            client.path("platform").asText(),
            "");
    assertThat(verified(key, text, device.path("signature").asText())).isTrue();
    assertThat(cli.out() + cli.err()).doesNotContain("s3cret");
  }

  private static boolean verified(byte[] key, String text, String signature) throws Exception {
    byte[] prefix = HexFormat.of().parseHex("302a300506032b6570032100");
    byte[] spki = new byte[44];
    System.arraycopy(prefix, 0, spki, 0, 12);
    System.arraycopy(key, 0, spki, 12, 32);
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki)));
    verifier.update(text.getBytes(StandardCharsets.UTF_8));
    return verifier.verify(Base64.getUrlDecoder().decode(signature));
  }

  @Test
  void keepsOneIdentityReadableByItsOwnerOnly() throws Exception {
    cli.run("health", "--url", gateway.url());
    cli.run("health", "--url", gateway.url());

    assertThat(gateway.connects.get(0).path("device").path("id"))
        .isEqualTo(gateway.connects.get(1).path("device").path("id"));
    Path file = cli.state("identity/device.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    JsonNode stored = Json.parse(Files.readString(file));
    assertThat(stored.path("version").asInt()).isEqualTo(1);
    assertThat(stored.path("deviceId"))
        .isEqualTo(gateway.connects.getFirst().path("device").path("id"));
    assertThat(stored.path("publicKeyPem").asText()).startsWith("-----BEGIN PUBLIC KEY-----\n");
    assertThat(stored.path("privateKeyPem").asText()).startsWith("-----BEGIN PRIVATE KEY-----\n");
    assertThat(stored.path("createdAtMs").asLong()).isEqualTo(TestCli.NOW);
  }

  @Test
  void reproducesThePublishedSignature() throws Exception {
    Path identity = cli.state("identity/device.json");
    Files.createDirectories(identity.getParent());
    Files.writeString(
        identity,
        """
        {"version":1,
         "deviceId":"56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c",
         "publicKeyPem":"-----BEGIN PUBLIC KEY-----\\n\
        MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\\n\
        -----END PUBLIC KEY-----\\n",
         "privateKeyPem":"-----BEGIN PRIVATE KEY-----\\n\
        MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\\n\
        -----END PRIVATE KEY-----\\n","createdAtMs":1}
        """);
    DeviceIdentity device = DeviceIdentity.loadOrCreate(home.resolve(".krabkrab"), 0);
    assertThat(device.publicKey()).isEqualTo("A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg");
    assertThat(
            device.sign(
                "v3|56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c|node-host|node"
                    + "|node||1737264000000|krab-token-1|7f9c2b8e-1a4d-4c3e-9f60-2d5b8a7c1e10"
                    + "|linux|"))
        .isEqualTo(
            "inE95rVNbgMqCN5gKK0sUNn3XgWnidgdnsjpw4eN-Io8_hfAHahGJDBLSkH5_cPSL21QKZ-3CuHV9c7VJbPWCQ");
  }

  @ParameterizedTest
  @CsvSource({
    "health, operator.read",
    "status, operator.read",
    "call x, operator.admin",
    "devices list, operator.pairing",
    "devices reject r, operator.pairing",
    "nodes list, operator.read",
    "nodes invoke --node n --command c, operator.write",
    "approvals list, operator.approvals",
    "approvals resolve x deny, operator.approvals",
    "approvals rules, operator.approvals",
    "approvals rules remove x, operator.approvals",
    "config get, operator.admin",
    "health --scopes operator.admin, operator.admin"
  })
  void asksForTheLeastScope(String command, String scope) {
    cli.environment("KRABKRAB_GATEWAY_URL", gateway.url());
    cli.run(command.split(" "));
    assertThat(gateway.connects.getFirst().path("scopes").toString())
        .isEqualTo("[\"" + scope + "\"]");
  }

  @Test
  void damagedIdentityIsNotReplacedSilently() throws Exception {
    Path identity = cli.state("identity/device.json");
    Files.createDirectories(identity.getParent());
    Files.writeString(identity, "{\"publicKeyPem\":\"zz\"}");
    assertThat(cli.run("health", "--url", gateway.url())).isEqualTo(ExitCodes.FAILED);
    assertThat(cli.err()).contains("cannot use the device identity").contains("new pairing");
    assertThat(Files.readString(identity)).isEqualTo("{\"publicKeyPem\":\"zz\"}");
  }
}
