package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which versions of TLS are served. Protocol 01e §12.1. */
class TlsVersionIT {

  @Test
  void onlyThreeIsServedUnlessASettingSaysOtherwise() throws IOException {
    try (Cluster cluster = Cluster.of(1, "{gateway:{tls:{enabled:true},auth:{token:'t'}}}")) {
      assertThatThrownBy(() -> handshake(cluster.port(0), "TLSv1.2"))
          .isInstanceOf(SSLException.class);
      assertServes(cluster, "TLSv1.3");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void twoIsServedWhereItIsAskedFor(String version) throws IOException {
    try (Cluster cluster = Cluster.of(1, config("1.2"))) {
      assertServes(cluster, version);
    }
  }

  static String config(String minVersion) {
    return "{gateway:{tls:{enabled:true,minVersion:'%s'},auth:{token:'t'}}}".formatted(minVersion);
  }

  private static void assertServes(Cluster cluster, String version) throws IOException {
    try (SSLSocket socket = handshake(cluster.port(0), version)) {
      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
    }
  }

  /** A client that speaks just this version and believes any certificate. */
  static SSLSocket handshake(int port, String version) throws IOException {
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
    plain.setSoTimeout(30_000);
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Credulous()}, new SecureRandom());
      SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true);
      socket.setEnabledProtocols(new String[] {version});
      socket.startHandshake();
      return socket;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  private static final class Credulous extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
