package dev.krabkrab.gateway.access.auth.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.crypto.impl.EdDSAProvider;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.NamedParameterSpec;

/**
 * Verifies EdDSA signatures with what the JDK has for it; the library would need Tink. RFC 8037.
 */
final class EdDsaVerifier extends EdDSAProvider implements JWSVerifier {
  private static final int SIGN_BIT = 0x80;

  /** Verifiers of all algorithms that tokens may have. */
  static final class Factory extends DefaultJWSVerifierFactory {
    @Override
    public JWSVerifier createJWSVerifier(JWSHeader header, Key key) throws JOSEException {
      return JWSAlgorithm.EdDSA.equals(header.getAlgorithm())
              && key instanceof EdECPublicKey edwards
          ? new EdDsaVerifier(edwards)
          : super.createJWSVerifier(header, key);
    }
  }

  private final EdECPublicKey key;

  private EdDsaVerifier(EdECPublicKey key) {
    this.key = key;
  }

  @Override
  public boolean verify(JWSHeader header, byte[] content, Base64URL signature)
      throws JOSEException {
    if (header.getCriticalParams() != null) {
      return false;
    }
    try {
      Signature check = Signature.getInstance("EdDSA");
      check.initVerify(key);
      check.update(content);
      return check.verify(signature.decode());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** The key as the JDK knows it. RFC 8032 §5.1.2: little-endian, the last bit is that of x. */
  static PublicKey key(OctetKeyPair pair) throws InvalidKeySpecException {
    byte[] bytes = pair.getDecodedX();
    byte[] y = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      y[i] = bytes[bytes.length - 1 - i];
    }
    boolean odd = y.length > 0 && (y[0] & SIGN_BIT) != 0;
    if (odd) {
      y[0] ^= (byte) SIGN_BIT;
    }
    NamedParameterSpec curve = new NamedParameterSpec(pair.getCurve().getName());
    EdECPoint point = new EdECPoint(odd, new BigInteger(1, y));
    try {
      return KeyFactory.getInstance("EdDSA").generatePublic(new EdECPublicKeySpec(curve, point));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("EdDSA is part of every Java runtime", e);
    }
  }
}
