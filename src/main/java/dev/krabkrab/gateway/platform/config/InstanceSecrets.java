package dev.krabkrab.gateway.platform.config;

import dev.krabkrab.gateway.platform.protocol.Placeholders;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shared secret as this instance was told it. Flags win over the gateway document; the
 * environment counts only where the document says nothing. Protocol 01b §4.1.
 *
 * @param flagMode {@code token}, {@code password} or {@code none}, or null
 */
public record InstanceSecrets(
    @Nullable String flagMode,
    @Nullable String flagToken,
    @Nullable String flagPassword,
    @Nullable String environmentToken,
    @Nullable String environmentPassword) {
  private static final List<String> MODES = List.of("token", "password", "none");

  /**
   * Reads the flags auth, token and password, and the variables of all names in use.
   *
   * @throws InvalidSettingException for an unknown mode or an unreadable {@code _FILE}
   */
  public static InstanceSecrets load(Map<String, String> flags, Map<String, String> environment) {
    Sources from = new Sources(flags, environment, null);
    Setting mode = from.find("gateway.auth.mode", "auth", "KRABKRAB_AUTH");
    String chosen = mode.text();
    if (chosen != null && !MODES.contains(chosen)) {
      throw mode.refused("token, password or none");
    }
    return new InstanceSecrets(
        chosen,
        secret("flag --token", flags.get("token")),
        secret("flag --password", flags.get("password")),
        fromEnvironment(from, "gateway.auth.token", "_GATEWAY_TOKEN"),
        fromEnvironment(from, "gateway.auth.password", "_GATEWAY_PASSWORD"));
  }

  /** The token to use instead of the document's, or null to leave that alone. */
  public @Nullable String tokenOver(@Nullable String ofDocument) {
    return flagToken != null || ofDocument != null ? flagToken : environmentToken;
  }

  /** The password to use instead of the document's, or null to leave that alone. */
  public @Nullable String passwordOver(@Nullable String ofDocument) {
    return flagPassword != null || ofDocument != null ? flagPassword : environmentPassword;
  }

  /** Whether a secret, or the wish for none, came with the start of this instance. */
  public boolean given() {
    return tokenOver(null) != null || passwordOver(null) != null || "none".equals(flagMode);
  }

  /** Says which are there, not what they are. */
  @Override
  public String toString() {
    return "InstanceSecrets[mode=%s, token=%s, password=%s]"
        .formatted(flagMode, tokenOver(null) != null, passwordOver(null) != null);
  }

  private static @Nullable String fromEnvironment(Sources from, String key, String suffix) {
    Setting found =
        from.environment(
            key,
            List.of(
                "KRABKRAB" + suffix, "OPENCLAW" + suffix, "CLAWDBOT" + suffix, "MOLTBOT" + suffix));
    return found == null ? null : secret(found.origin(), found.text());
  }

  private static @Nullable String secret(String origin, @Nullable String text) {
    if (text != null && Placeholders.isIn(text)) {
      throw new InvalidSettingException(
          "the secret of " + origin + " is a placeholder for a hidden one: give the secret itself");
    }
    if (text != null && Placeholders.isUnfilled(text)) {
      throw new InvalidSettingException(
          "the secret of "
              + origin
              + " names a variable that nobody filled in: give the secret itself");
    }
    return text;
  }
}
