package dev.krabkrab.gateway.access.auth;

import java.util.List;
import java.util.Optional;

/**
 * The keys that sign device tokens: one for new tokens, older ones still accepted.
 *
 * @param currentKid names the key for new tokens; must be among the keys
 */
public record SigningKeys(String currentKid, List<Key> keys) {

  /**
   * One HMAC key.
   *
   * @param secret base64 text of at least 32 random bytes
   */
  public record Key(String kid, String secret) {
    @Override
    public String toString() {
      return "Key[" + kid + "]";
    }
  }

  public SigningKeys {
    keys = List.copyOf(keys);
    if (keys.stream().noneMatch(key -> key.kid().equals(currentKid))) {
      throw new IllegalArgumentException("the current key is not among the keys");
    }
  }

  /** The key of that name. */
  public Optional<Key> find(String kid) {
    return keys.stream().filter(key -> key.kid().equals(kid)).findFirst();
  }
}
