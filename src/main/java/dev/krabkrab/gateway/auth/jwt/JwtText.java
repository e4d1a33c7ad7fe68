package dev.krabkrab.gateway.auth.jwt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a token says of itself before anything is checked.
 *
 * @param claims its payload
 */
record JwtText(String algorithm, String kid, JsonNode claims) {
  private static final int MAX_LENGTH = 16_384;

  /** Later times are nobody's and would overflow. */
  private static final double LATEST_SECONDS = 1e12;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads a signed token; empty for any other text. */
  static Optional<JwtText> read(String token) {
    String[] parts = token.length() > MAX_LENGTH ? new String[0] : token.split("\\.", -1);
    if (parts.length != 3 || parts[2].isEmpty()) {
      return Optional.empty();
    }
    try {
      JsonNode header = json(parts[0]);
      JsonNode claims = json(parts[1]);
      return header.isObject() && claims.isObject() && hasUsualTypes(header, claims)
          ? Optional.of(
              new JwtText(header.path("alg").asText(""), header.path("kid").asText(""), claims))
          : Optional.empty();
    } catch (IllegalArgumentException | JsonProcessingException notAToken) {
      return Optional.empty();
    }
  }

  /** Whether what is relied on here has the type it must have. RFC 7515 §4.1, RFC 7519 §4.1. */
  private static boolean hasUsualTypes(JsonNode header, JsonNode claims) {
    JsonNode audience = claims.path("aud");
    return header.path("alg").isTextual()
        && isTextOrMissing(header.path("kid"))
        && isTextOrMissing(header.path("typ"))
        && claims.path("iss").isTextual()
        && isTextOrMissing(claims.path("sub"))
        && (isTextOrMissing(audience)
            || (audience.isArray() && audience.valueStream().allMatch(JsonNode::isTextual)))
        && Stream.of("exp", "nbf", "iat").map(claims::path).allMatch(JwtText::isTimeOrMissing);
  }

  private static boolean isTextOrMissing(JsonNode value) {
    return value.isMissingNode() || value.isTextual();
  }

  private static boolean isTimeOrMissing(JsonNode value) {
    return value.isMissingNode()
        || (value.isNumber() && Math.abs(value.doubleValue()) < LATEST_SECONDS);
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

  private static JsonNode json(String part) throws JsonProcessingException {
    byte[] bytes = Base64.getUrlDecoder().decode(part);
    return JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
  }
}
