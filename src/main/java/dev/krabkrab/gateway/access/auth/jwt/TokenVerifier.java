package dev.krabkrab.gateway.access.auth.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimNames;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.util.DateUtils;
import java.time.InstantSource;
import java.util.Date;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies signature, issuer, audience and times of the tokens of one issuer. As slow as selecting
 * its keys. For any thread.
 */
final class TokenVerifier {
  /** How far clocks may be apart. */
  static final int LEEWAY_SECONDS = 30;

  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  TokenVerifier(JwtIssuer issuer, JWSKeySelector<SecurityContext> keys, InstantSource clock) {
    // Issuers differ in what typ says: JWT, at+jwt, or nothing.
    processor.setJWSTypeVerifier((type, context) -> {});
    processor.setJWSKeySelector(keys);
    processor.setJWSVerifierFactory(new EdDsaVerifier.Factory());
    processor.setJWTClaimsSetVerifier(new Claims(issuer, clock));
  }

  /**
   * Returns when all of it is right.
   *
   * @throws BadJOSEException by its kind: what of it is wrong
   * @throws JOSEException when the keys cannot be had, or a key or signature is of no use
   */
  void verify(SignedJWT token) throws BadJOSEException, JOSEException {
    processor.process(token, null);
  }

  /** What is checked once the signature is known to be right. */
  private static final class Claims extends DefaultJWTClaimsVerifier<SecurityContext> {
    private final InstantSource clock;

    Claims(JwtIssuer issuer, InstantSource clock) {
      super(
          Set.copyOf(issuer.audiences()),
          new JWTClaimsSet.Builder().issuer(issuer.issuer()).build(),
          Set.of(JWTClaimNames.EXPIRATION_TIME),
          Set.of());
      this.clock = clock;
      setMaxClockSkew(LEEWAY_SECONDS);
    }

    @Override
    public void verify(JWTClaimsSet claims, @Nullable SecurityContext context)
        throws BadJWTException {
      super.verify(claims, context);
      Date issued = claims.getIssueTime();
      if (issued != null && !DateUtils.isBefore(issued, currentTime(), LEEWAY_SECONDS)) {
        throw new BadJWTException("it was issued in the future");
      }
    }

    @Override
    protected Date currentTime() {
      return Date.from(clock.instant());
    }
  }
}
