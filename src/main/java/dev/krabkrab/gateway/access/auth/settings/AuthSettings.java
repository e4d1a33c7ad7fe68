package dev.krabkrab.gateway.access.auth.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.auth.NamedTokens;
import dev.krabkrab.gateway.access.auth.TrustedProxyRules;
import dev.krabkrab.gateway.access.auth.jwt.JwtIssuer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How clients prove who they are; {@code gateway.auth} of the gateway document. A value that is
 * missing or of the wrong type takes its default. Protocol 01b §4.1.
 *
 * @param mode effective mode: {@code gateway.auth.mode}; when it is not named, that of the password
 *     where there is one, else that of the shared token
 * @param modeGiven whether the mode is named, and does not follow from the secrets
 * @param tokens {@code gateway.auth.tokens}: further tokens that may do less, for mode {@code
 *     token}
 * @param trustedProxy {@code gateway.auth.trustedProxy}; null without a {@code userHeader}
 * @param jwtIssuers {@code gateway.auth.jwt.issuers}; what is not set properly is left out
 */
public record AuthSettings(
    String mode,
    boolean modeGiven,
    SharedSecrets secrets,
    NamedTokens tokens,
    @Nullable TrustedProxyRules trustedProxy,
    List<JwtIssuer> jwtIssuers) {
  public static final String MODE_TOKEN = "token";
  public static final String MODE_PASSWORD = "password";
  public static final String MODE_NONE = "none";
  public static final String MODE_TRUSTED_PROXY = "trusted-proxy";
  public static final String MODE_JWT = "jwt";

  private static final List<String> MODES =
      List.of(MODE_TOKEN, MODE_PASSWORD, MODE_NONE, MODE_TRUSTED_PROXY, MODE_JWT);

  public AuthSettings {
    jwtIssuers = List.copyOf(jwtIssuers);
  }

  /** Reads the document. */
  public static AuthSettings of(JsonNode document) {
    JsonNode auth = document.at("/gateway/auth");
    String mode = auth.path("mode").asText("");
    boolean given = MODES.contains(mode);
    SharedSecrets secrets = SharedSecrets.of(auth);
    return new AuthSettings(
        given ? mode : modeFor(secrets),
        given,
        secrets,
        NamedTokenSettings.tokens(auth),
        TrustedProxySettings.read(auth.path("trustedProxy")),
        JwtSettings.issuers(auth.path("jwt")));
  }

  /**
   * Gives a document a shared token, unless what it says needs none or has one.
   *
   * @param content changed and returned
   */
  public static ObjectNode withTokenIfNeeded(ObjectNode content, String token) {
    AuthSettings settings = of(content);
    if (settings.mode.equals(MODE_TOKEN) && !settings.isGuarded()) {
      child(child(content, "gateway"), "auth").put("token", token);
    }
    return content;
  }

  private static ObjectNode child(ObjectNode parent, String name) {
    return parent.get(name) instanceof ObjectNode object ? object : parent.putObject(name);
  }

  /**
   * The same with what this instance was told by flag or environment; null leaves a value alone.
   * Without a mode here or in the document the mode follows from the secrets.
   */
  public AuthSettings withOverride(
      @Nullable String otherMode, @Nullable String otherToken, @Nullable String otherPassword) {
    SharedSecrets now = secrets.with(otherToken, otherPassword);
    String implied = modeGiven ? mode : modeFor(now);
    return new AuthSettings(
        otherMode == null ? implied : otherMode,
        modeGiven || otherMode != null,
        now,
        tokens,
        trustedProxy,
        jwtIssuers);
  }

  /** The secret that the effective mode compares, or null when there is none. */
  public @Nullable String secret() {
    return switch (mode) {
      case MODE_TOKEN -> secrets.token();
      case MODE_PASSWORD -> secrets.password();
      default -> null;
    };
  }

  /** Whether the effective mode asks anything of who wants to come in. */
  public boolean isGuarded() {
    return switch (mode) {
      case MODE_NONE -> false;
      case MODE_TOKEN -> secrets.token() != null || !tokens.isEmpty();
      case MODE_PASSWORD -> secrets.password() != null;
      default -> true;
    };
  }

  /** Whether everybody comes in. */
  public boolean isOpen() {
    return mode.equals(MODE_NONE);
  }

  /** Whether that named token, user or issuer is still as it was. */
  public boolean hasCredential(String credentialId) {
    return switch (mode) {
      case MODE_TOKEN -> tokens.hasId(credentialId);
      case MODE_TRUSTED_PROXY -> trustedProxy != null && trustedProxy.stands(credentialId);
      case MODE_JWT -> jwtIssuers.stream().anyMatch(issuer -> issuer.stands(credentialId));
      default -> false;
    };
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "AuthSettings[mode=%s, %s]".formatted(mode, secrets);
  }

  private static String modeFor(SharedSecrets secrets) {
    return secrets.password() == null ? MODE_TOKEN : MODE_PASSWORD;
  }
}
