package dev.krabkrab.gateway.auth.jwt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * What a token says of itself before anything is checked.
 *
 * @param claims its payload
 */
record JwtText(String algorithm, String kid, JsonNode claims) {
  private static final int MAX_LENGTH = 16_384;
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
      return header.isObject() && claims.isObject()
          ? Optional.of(
              new JwtText(header.path("alg").asText(""), header.path("kid").asText(""), claims))
          : Optional.empty();
    } catch (IllegalArgumentException | JsonProcessingException notAToken) {
      return Optional.empty();
    }
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
