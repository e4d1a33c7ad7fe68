package dev.krabkrab.gateway.platform.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Reads a certificate and a key, and checks that they belong together. */
final class TlsPair {
  private static final byte[] SAMPLE = "krabkrab".getBytes(StandardCharsets.US_ASCII);

  private TlsPair() {}

  static TlsMaterial check(String certificatePem, String keyPem)
      throws IOException, GeneralSecurityException {
    List<X509Certificate> chain = chain(certificatePem);
    X509Certificate certificate = chain.getFirst();
    match(certificate.getPublicKey(), key(keyPem));
    return new TlsMaterial(certificatePem, keyPem, fingerprint(certificate), ends(chain));
  }

  private static List<X509Certificate> chain(String pem) throws CertificateException {
    List<X509Certificate> chain =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
            .stream()
            .map(X509Certificate.class::cast)
            .toList();
    if (chain.isEmpty()) {
      throw new CertificateException("no certificate in the certificate file");
    }
    return chain;
  }

  private static Instant ends(List<X509Certificate> chain) {
    return Collections.min(chain.stream().map(each -> each.getNotAfter().toInstant()).toList());
  }

  private static PrivateKey key(String pem) throws IOException, InvalidKeyException {
    JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
        if (found instanceof PrivateKeyInfo info) {
          return converter.getPrivateKey(info);
        }
        if (found instanceof PEMKeyPair pair) {
          return converter.getPrivateKey(pair.getPrivateKeyInfo());
        }
      }
    }
    throw new InvalidKeyException("no private key in the key file");
  }

  /** During a rotation one file may be new while the other one is still old. */
  private static void match(PublicKey shown, PrivateKey kept) throws GeneralSecurityException {
    String algorithm =
        switch (shown.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> shown.getAlgorithm();
        };
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(kept);
    signer.update(SAMPLE);
    byte[] signature = signer.sign();
    signer.initVerify(shown);
    signer.update(SAMPLE);
    if (!signer.verify(signature)) {
      throw new InvalidKeyException("the key does not belong to the certificate");
    }
  }

  private static String fingerprint(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.of().formatHex(digest);
    } catch (GeneralSecurityException e) {
      throw new TlsException("unable to compute certificate fingerprint");
    }
  }
}
