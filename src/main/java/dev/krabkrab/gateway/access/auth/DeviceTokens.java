package dev.krabkrab.gateway.access.auth;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads device tokens: signed statements of device, role, scopes and token id.
 *
 * <p>The same claims always give the same text, so a token can be handed out again although only
 * its id is stored. A signature proves origin; whether the token id is still the current one is for
 * Redis to say. Tokens do not expire. Immutable, for any thread. Protocol 01c §7.
 */
public final class DeviceTokens {
  private static final String ALGORITHM = "HS256";
  private static final int MAX_LENGTH = 8192;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SigningKeys keys;
  private final Map<String, JWTAuth> signers;

  /**
   * What a token says.
   *
   * @param kid the key it is signed with
   * @param issuedAtMs milliseconds since 1970; the token carries whole seconds
   */
  public record Claims(
      String kid, String device, String role, List<String> scopes, String jti, long issuedAtMs) {}

  public DeviceTokens(Vertx vertx, SigningKeys keys) {
    this.keys = keys;
    var byKid = new HashMap<String, JWTAuth>();
    for (SigningKeys.Key key : keys.keys()) {
      byKid.put(key.kid(), signer(vertx, key));
    }
    this.signers = Map.copyOf(byKid);
  }

  public SigningKeys keys() {
    return keys;
  }

  /** Whether the named key is known here; another instance may have made a newer one. */
  public boolean knows(String kid) {
    return signers.containsKey(kid);
  }

  /** The token text of these claims, signed with the named key or, if that is gone, the current. */
  public String issue(Claims claims) {
    String kid = knows(claims.kid()) ? claims.kid() : keys.currentKid();
    JsonObject body =
        new JsonObject()
            .put("device", claims.device())
            .put("role", claims.role())
            .put("scopes", new JsonArray(claims.scopes()))
            .put("jti", claims.jti())
            .put("iat", claims.issuedAtMs() / 1000);
    JWTOptions options =
        new JWTOptions()
            .setAlgorithm(ALGORITHM)
            .setNoTimestamp(true)
            .setHeader(new JsonObject().put("kid", kid));
    return signer(kid).generateToken(body, options);
  }

  /** The key name in the token's header, unchecked; empty when the text is not a token at all. */
  public static Optional<String> kid(String token) {
    int dot = token.indexOf('.');
    if (dot <= 0 || token.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      byte[] header = Base64.getUrlDecoder().decode(token.substring(0, dot));
      JsonNode kid = JSON.readTree(new String(header, StandardCharsets.UTF_8)).path("kid");
      return kid.isTextual() ? Optional.of(kid.textValue()) : Optional.empty();
    } catch (IllegalArgumentException | JsonProcessingException notAToken) {
      return Optional.empty();
    }
  }

  /** The claims of a token whose signature is right; empty for any other text. */
  public Optional<Claims> parse(String token) {
    return kid(token)
        .flatMap(kid -> Optional.ofNullable(signers.get(kid)).flatMap(s -> claims(s, token, kid)));
  }

  private static Optional<Claims> claims(JWTAuth signer, String token, String kid) {
    // The provider works in memory, so its future is complete when it returns.
    User user = signer.authenticate(new TokenCredentials(token)).result();
    if (user == null || !user.attributes().containsKey("accessToken")) {
      return Optional.empty();
    }
    JsonObject body = user.attributes().getJsonObject("accessToken");
    String device = text(body, "device");
    String role = text(body, "role");
    String jti = text(body, "jti");
    if (device == null || role == null || jti == null) {
      return Optional.empty();
    }
    List<String> scopes =
        body.getJsonArray("scopes", new JsonArray()).stream().map(String::valueOf).toList();
    return Optional.of(new Claims(kid, device, role, scopes, jti, body.getLong("iat", 0L) * 1000));
  }

  private static @Nullable String text(JsonObject body, String name) {
    return body.getValue(name) instanceof String value ? value : null;
  }

  private JWTAuth signer(String kid) {
    JWTAuth signer = signers.get(kid);
    if (signer == null) {
      throw new IllegalStateException("no such signing key");
    }
    return signer;
  }

  private static JWTAuth signer(Vertx vertx, SigningKeys.Key key) {
    return JWTAuth.create(
        vertx,
        new JWTAuthOptions()
            .addPubSecKey(new PubSecKeyOptions().setAlgorithm(ALGORITHM).setBuffer(key.secret())));
  }
}
