package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A certificate that is renewed while instances serve it. Protocol 01e §12. */
class TlsRenewalIT {
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");

  /** The files are looked at every ten seconds. */
  private static final Duration RELOAD = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void everyInstanceServesTheNewOneAndKeepsTheConnectionsItHas() throws IOException {
    Certificate second;
    try (Cluster other = Cluster.of(1, config("b"))) {
      second = served(other.port(0));
    }
    // A certificate counts its end in whole seconds: the first is to be made in a later one.
    Instant made = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    await().until(() -> Instant.now().truncatedTo(ChronoUnit.SECONDS).isAfter(made));
    try (Cluster cluster = Cluster.of(2, config("a"), MetricsIT.MEASURED);
        SSLSocket open = TlsVersionIT.handshake(cluster.port(0), "TLSv1.3")) {
      Certificate first = served(cluster.port(0));
      assertThat(served(cluster.port(1))).isEqualTo(first).isNotEqualTo(second);
      assertThat(shownEnd(cluster, 0)).isEqualTo(end(first)).isNotEqualTo(end(second));

      replace("cert.pem");
      replace("key.pem");

      for (int i = 0; i < 2; i++) {
        int port = cluster.port(i);
        await()
            .atMost(RELOAD)
            .untilAsserted(
                () -> {
                  // One that says nothing for so long would be closed for that.
                  assertThat(status(open)).isEqualTo("HTTP/1.1 200");
                  assertThat(served(port)).isEqualTo(second);
                });
        assertThat(shownEnd(cluster, i)).isEqualTo(end(second));
      }
      assertThat(status(open)).isEqualTo("HTTP/1.1 200");
    }
  }

  private static long shownEnd(Cluster cluster, int index) {
    return (long)
        MetricsIT.scrape(cluster.instance(index))
            .value("krabkrab_tls_certificate_expiry_timestamp_seconds");
  }

  private static long end(Certificate certificate) {
    return ((X509Certificate) certificate).getNotAfter().toInstant().getEpochSecond();
  }

  /** Asks over a connection, and reads the whole answer. */
  private static String status(SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write(
            "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    StringBuilder head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        return head.toString();
      }
      head.append((char) next);
    }
    Matcher length = LENGTH.matcher(head);
    assertThat(length.find()).as("%s", head).isTrue();
    socket.getInputStream().readNBytes(Integer.parseInt(length.group(1)));
    return head.substring(0, "HTTP/1.1 200".length());
  }

  private String config(String name) {
    return "{gateway:{tls:{enabled:true,certPath:'%s',keyPath:'%s'},auth:{token:'t'}}}"
        .formatted(file(name, "cert.pem"), file(name, "key.pem"));
  }

  private Path file(String name, String file) {
    return folder.resolve(name).resolve(file);
  }

  private void replace(String name) throws IOException {
    Files.copy(file("b", name), file("a", name), StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(file("a", name), FileTime.from(Instant.now().plusSeconds(1)));
  }

  private static Certificate served(int port) {
    try (SSLSocket socket = TlsVersionIT.handshake(port, "TLSv1.3")) {
      return socket.getSession().getPeerCertificates()[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
