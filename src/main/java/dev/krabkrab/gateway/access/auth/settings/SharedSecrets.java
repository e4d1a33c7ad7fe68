package dev.krabkrab.gateway.access.auth.settings;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Placeholders;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The secrets that all clients share.
 *
 * @param token {@code gateway.auth.token}, null when absent, blank or no secret
 * @param password {@code gateway.auth.password}, null when absent, blank or no secret
 */
public record SharedSecrets(@Nullable String token, @Nullable String password) {

  /**
   * Reads them.
   *
   * @param auth {@code gateway.auth}
   */
  static SharedSecrets of(JsonNode auth) {
    return new SharedSecrets(secret(auth, "token"), secret(auth, "password"));
  }

  /** These with others put over them; null leaves one alone. */
  SharedSecrets with(@Nullable String otherToken, @Nullable String otherPassword) {
    return new SharedSecrets(
        otherToken == null ? token : otherToken, otherPassword == null ? password : otherPassword);
  }

  /** Those that are set. */
  public List<String> given() {
    return Stream.of(token, password).filter(Objects::nonNull).toList();
  }

  /** Says which are there, not what they are. */
  @Override
  public String toString() {
    return "token=%s, password=%s".formatted(hidden(token), hidden(password));
  }

  private static String hidden(@Nullable String secret) {
    return secret == null ? "absent" : "***";
  }

  private static @Nullable String secret(JsonNode auth, String field) {
    JsonNode value = auth.path(field);
    boolean given = value.isTextual() && !value.textValue().isBlank();
    return given && !Placeholders.isNoSecret(value.textValue()) ? value.textValue() : null;
  }
}
