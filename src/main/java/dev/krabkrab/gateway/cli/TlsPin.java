package dev.krabkrab.gateway.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trust in one certificate by its SHA-256 fingerprint, in place of issuer and host name (Protocol
 * 01e §12.2). The presented leaf is noted during the TLS handshake and judged by {@link #problem}
 * once the connection is open, before anything secret is sent.
 */
final class TlsPin {
  private static final Pattern PREFIX =
      Pattern.compile("^sha-?256\\s*:?\\s*", Pattern.CASE_INSENSITIVE);

  private static final int PATIENCE_MS = 10_000;

  private final String pin;
  private volatile @Nullable String presented;
  private volatile @Nullable Instant end;

  TlsPin(String pin) {
    this.pin = pin;
  }

  /** Lower-case hex digits only, without an algorithm prefix or separators. */
  static String normalize(String text) {
    return PREFIX
        .matcher(text.strip())
        .replaceFirst("")
        .replaceAll("[^0-9a-fA-F]", "")
        .toLowerCase(Locale.ROOT);
  }

  /** The fingerprint of the first certificate in a PEM file, when it can be read. */
  static Optional<String> ofCertificateFile(Path pem) {
    if (!Files.isReadable(pem)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(pem)) {
      return Optional.of(
          fingerprint(CertificateFactory.getInstance("X.509").generateCertificate(in)));
    } catch (IOException | CertificateException e) {
      return Optional.empty();
    }
  }

  private static String fingerprint(Certificate certificate) throws CertificateException {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new CertificateException(e);
    }
  }

  /** What is wrong with the presented certificate, or empty when it is the pinned one. */
  Optional<String> problem() {
    String seen = presented;
    if (seen == null) {
      return Optional.of("gateway tls fingerprint unavailable");
    }
    return MessageDigest.isEqual(HexFormat.of().parseHex(seen), HexFormat.of().parseHex(pin))
        ? Optional.empty()
        : Optional.of("gateway tls fingerprint mismatch");
  }

  /** The fingerprint the gateway presented, for the message. */
  String presented() {
    String seen = presented;
    return seen == null ? "none" : seen;
  }

  SSLContext context() {
    return trusting(new LeafRecorder(false));
  }

  /** The same for connections nobody looks at: another certificate ends the TLS handshake. */
  SSLContext strict() {
    return trusting(new LeafRecorder(true));
  }

  /** When the certificate ends that is presented there, whoever issued it; nothing is sent. */
  static Optional<Instant> ends(URI uri) {
    TlsPin any = new TlsPin("");
    int port = uri.getPort() < 0 ? 443 : uri.getPort();
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(uri.getHost(), port), PATIENCE_MS);
      plain.setSoTimeout(PATIENCE_MS);
      try (SSLSocket tls =
          (SSLSocket)
              any.context().getSocketFactory().createSocket(plain, uri.getHost(), port, true)) {
        tls.startHandshake();
      }
    } catch (IOException e) {
      // Judged by what was presented before.
    }
    return Optional.ofNullable(any.end);
  }

  /** A context for plain connections; unlike the default one it loads no trust store. */
  static SSLContext unused() {
    return trusting();
  }

  private static SSLContext trusting(TrustManager... trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  /** Extended, so that the JDK adds no host name check of its own. */
  private final class LeafRecorder extends X509ExtendedTrustManager {
    private final boolean strict;

    LeafRecorder(boolean strict) {
      this.strict = strict;
    }

    private void record(X509Certificate[] chain) throws CertificateException {
      presented = fingerprint(chain[0]);
      end = chain[0].getNotAfter().toInstant();
      if (strict && problem().isPresent()) {
        throw new CertificateException(problem().get());
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      record(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      record(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      record(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("not a server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
