package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.SelfSignedCertificate;
import java.nio.file.Path;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Protocol 01e §12.2. */
class TlsPinTest {
  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SHA256:18:32:3E",
        "sha-256 18323e",
        " 18323e ",
        "sha256: 18 32 3e",
        "Sha-256:18323E"
      })
  void spellingsOfOneFingerprint(String text) {
    assertThat(TlsPin.normalize(text)).isEqualTo("18323e");
  }

  @Test
  void thePinReplacesIssuerAndHostName() throws Exception {
    SelfSignedCertificate certificate = SelfSignedCertificate.create("elsewhere.example");
    String pin = TlsPin.ofCertificateFile(Path.of(certificate.certificatePath())).orElseThrow();
    try (TestGateway gateway = TestGateway.startTls(certificate).on("health", "{ok:true}")) {
      TestCli cli = new TestCli(home);
      assertThat(cli.run("health", "--url", gateway.url(), "--tls-fingerprint", "sha256:" + pin))
          .as(cli.err())
          .isZero();
    } finally {
      certificate.delete();
    }
  }

  @Test
  void anotherCertificateEndsTheConnectionBeforeConnect() throws Exception {
    SelfSignedCertificate certificate = SelfSignedCertificate.create();
    try (TestGateway gateway = TestGateway.startTls(certificate)) {
      TestCli cli = new TestCli(home);
      assertThat(cli.run("health", "--url", gateway.url(), "--tls-fingerprint", "ab".repeat(32)))
          .isEqualTo(ExitCodes.UNREACHABLE);
      assertThat(cli.err()).contains("gateway tls fingerprint mismatch");
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(gateway.closes)
                      .containsExactly("1008 gateway tls fingerprint mismatch"));
      assertThat(gateway.connects).isEmpty();
    } finally {
      certificate.delete();
    }
  }

  @Test
  void withoutAPinTheChainIsChecked() throws Exception {
    SelfSignedCertificate certificate = SelfSignedCertificate.create();
    try (TestGateway gateway = TestGateway.startTls(certificate)) {
      TestCli cli = new TestCli(home);
      assertThat(cli.run("health", "--url", gateway.url())).isEqualTo(ExitCodes.UNREACHABLE);
      assertThat(cli.err()).contains("--tls-fingerprint");
      assertThat(gateway.connects).isEmpty();
    } finally {
      certificate.delete();
    }
  }

  @Test
  void aLocalCertificateFileIsPinnedByItself() throws Exception {
    SelfSignedCertificate certificate = SelfSignedCertificate.create();
    try (TestGateway gateway = TestGateway.startTls(certificate).on("health", "{ok:true}")) {
      TestCli cli =
          new TestCli(home).environment("KRABKRAB_TLS_CERT", certificate.certificatePath());
      assertThat(cli.run("health", "--url", gateway.url())).as(cli.err()).isZero();
    } finally {
      certificate.delete();
    }
  }

  @Test
  void aPinNeedsTls() {
    TestCli cli = new TestCli(home);
    assertThat(cli.run("health", "--url", "ws://127.0.0.1:1", "--tls-fingerprint", "ab".repeat(32)))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(cli.err()).contains("gateway tls fingerprint requires wss:// gateway url");
  }
}
