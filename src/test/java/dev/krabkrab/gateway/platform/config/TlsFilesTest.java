package dev.krabkrab.gateway.platform.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.platform.Async;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsFilesTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir Path folder;

  @Test
  void makesAPairOnceAndKeepsIt() throws Exception {
    TlsSettings settings = settings("a", true);

    TlsMaterial made = open(settings);

    assertThat(open(settings)).isEqualTo(made);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(settings.keyPath())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(settings.certPath())))
        .isEqualTo("rw-------");
    X509Certificate certificate = parse(made.certificate());
    assertThat(certificate.getSubjectAlternativeNames())
        .extracting(name -> (Object) name.get(1))
        .containsExactly("localhost", "gw.example.com", "127.0.0.1", "0:0:0:0:0:0:0:1");
    assertThat(certificate.getPublicKey().getAlgorithm()).isEqualTo("EC");
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    assertThat(made.fingerprint()).isEqualTo(HexFormat.of().formatHex(digest));
    assertThat(made.toString()).doesNotContain("PRIVATE");
  }

  @Test
  void aChainEndsWithTheFirstOfItsCertificates() throws Exception {
    TlsSettings settings = settings("a", true);
    TlsMaterial leaf = open(settings);
    assertThat(leaf.ends()).isEqualTo(parse(leaf.certificate()).getNotAfter().toInstant());
    Instant earlier = Instant.parse("2020-01-01T00:00:00Z");
    TlsMaterial issuer =
        new TlsFiles(settings("b", true))
            .open("ca.example.com", InstantSource.fixed(earlier), new SecureRandom());

    Files.writeString(settings.certPath(), leaf.certificate() + issuer.certificate());

    assertThat(issuer.ends()).isBefore(leaf.ends()).isAfter(earlier);
    assertThat(open(settings).ends()).isEqualTo(issuer.ends());
    assertThat(open(settings).fingerprint()).isEqualTo(leaf.fingerprint());
  }

  @Test
  void missingAndBrokenFilesAreNamed() throws Exception {
    TlsSettings settings = settings("a", false);
    assertThatThrownBy(() -> open(settings)).hasMessage("gateway tls: cert/key missing");

    open(settings("a", true));
    Files.delete(settings.keyPath());
    assertThatThrownBy(() -> open(settings("a", true))).hasMessage("gateway tls: cert/key missing");

    Files.writeString(settings.keyPath(), "nonsense");
    assertThatThrownBy(() -> open(settings))
        .hasMessage("gateway tls: failed to load cert (no private key in the key file)");

    Files.writeString(settings.certPath(), "");
    assertThatThrownBy(() -> open(settings))
        .hasMessage("gateway tls: failed to load cert (no certificate in the certificate file)");
  }

  @Test
  void aKeyOfAnotherCertificateIsRefused() throws Exception {
    open(settings("a", true));
    open(settings("b", true));
    Files.copy(
        settings("b", true).keyPath(),
        settings("a", true).keyPath(),
        StandardCopyOption.REPLACE_EXISTING);

    assertThatThrownBy(() -> open(settings("a", true)))
        .hasMessageStartingWith("gateway tls: failed to load cert (")
        .hasMessageContaining("does not belong");
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws Exception {
    Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> open(settings("file/x", true)))
        .isInstanceOf(TlsException.class)
        .hasMessageStartingWith("gateway tls: failed to generate cert (");
  }

  @Test
  void aRotatedPairIsFollowedOnceBothFilesFit() throws Exception {
    TlsSettings settings = settings("a", true);
    TlsMaterial first = open(settings);
    TlsMaterial second = open(settings("b", true));
    List<TlsMaterial> changes = new CopyOnWriteArrayList<>();
    Vertx vertx = Vertx.vertx();
    try {
      TlsReloader.start(vertx, settings, first, 20, changes::add);
      replace(settings.certPath(), second.certificate(), 10);
      await().during(Duration.ofMillis(200)).until(changes::isEmpty);
      replace(settings.keyPath(), second.key(), 20);

      await().untilAsserted(() -> assertThat(changes).containsExactly(second));
    } finally {
      Async.get(vertx.close());
    }
  }

  private static void replace(Path file, String text, int seconds) throws Exception {
    Files.writeString(file, text);
    FileTime later = FileTime.fromMillis(Files.getLastModifiedTime(file).toMillis() + seconds);
    Files.setLastModifiedTime(file, later);
  }

  private static TlsMaterial open(TlsSettings settings) {
    return new TlsFiles(settings).open("gw.example.com", CLOCK, new SecureRandom());
  }

  private TlsSettings settings(String name, boolean autoGenerate) {
    Path place = folder.resolve(name);
    return new TlsSettings(
        true, autoGenerate, place.resolve("cert.pem"), place.resolve("key.pem"), null, "1.3");
  }

  private static X509Certificate parse(String pem) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }
}
