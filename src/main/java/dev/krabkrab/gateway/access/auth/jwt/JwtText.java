package dev.krabkrab.gateway.access.auth.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A signed token as read, before anything of it is checked.
 *
 * @param claims its payload
 */
record JwtText(SignedJWT signed, JsonNode claims) {
  private static final int MAX_LENGTH = 16_384;

  /** Later times are nobody's and would overflow. */
  private static final double LATEST_SECONDS = 1e12;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads a signed token; empty for any other text. */
  static Optional<JwtText> read(String token) {
    if (token.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      SignedJWT signed = SignedJWT.parse(token);
      Map<String, Object> claims = signed.getPayload().toJSONObject();
      return claims != null && isPlain(signed.getHeader()) && hasUsualTypes(claims)
          ? Optional.of(new JwtText(signed, JSON.valueToTree(claims)))
          : Optional.empty();
    } catch (ParseException | IllegalArgumentException notAToken) {
      return Optional.empty();
    }
  }

  /** Whether nothing in it has to be understood that is not. RFC 7515 §4.1.11, RFC 7797 §7. */
  private static boolean isPlain(JWSHeader header) {
    return !header.getIncludedParams().contains("crit")
        && !header.getIncludedParams().contains("b64");
  }

  /** Whether what is relied on here has the type it must have. RFC 7519 §4.1. */
  private static boolean hasUsualTypes(Map<String, Object> claims) {
    return claims.get("iss") instanceof String
        && isMissingOr(claims, "sub", JwtText::isText)
        && isMissingOr(
            claims,
            "aud",
            value ->
                isText(value)
                    || (value instanceof List<?> all && all.stream().allMatch(JwtText::isText)))
        && Stream.of("exp", "nbf", "iat")
            .allMatch(name -> isMissingOr(claims, name, JwtText::isTime));
  }

  private static boolean isMissingOr(Map<String, Object> claims, String name, TypeCheck usual) {
    return !claims.containsKey(name) || usual.fits(claims.get(name));
  }

  private interface TypeCheck {
    boolean fits(@Nullable Object value);
  }

  private static boolean isText(@Nullable Object value) {
    return value instanceof String;
  }

  private static boolean isTime(@Nullable Object value) {
    return value instanceof Number number && Math.abs(number.doubleValue()) < LATEST_SECONDS;
  }

  String algorithm() {
    return signed.getHeader().getAlgorithm().getName();
  }

  String issuer() {
    return claims.path("iss").asText("");
  }

  /** When it ends, in seconds since 1970; 0 when it does not say. */
  long expiresAt() {
    JsonNode exp = claims.path("exp");
    return exp.isNumber() ? exp.longValue() : 0;
  }

  boolean isFor(String audience) {
    JsonNode named = claims.path("aud");
    if (named.isTextual()) {
      return named.textValue().equals(audience);
    }
    for (JsonNode one : named) {
      if (one.asText("").equals(audience)) {
        return true;
      }
    }
    return false;
  }
}
