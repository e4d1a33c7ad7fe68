package dev.krabkrab.gateway.access.auth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tokens of {@code gateway.auth.tokens}. Immutable. */
public record NamedTokens(List<NamedToken> all) {
  /** None at all. */
  public static final NamedTokens NONE = new NamedTokens(List.of());

  public NamedTokens {
    all = List.copyOf(all);
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** What the presented text stands for, or null. Compares with every token, whichever it is. */
  public @Nullable Credential find(String presented) {
    if (presented.isEmpty()) {
      return null;
    }
    byte[] digest = DeviceKey.sha256(presented);
    Credential found = null;
    for (NamedToken token : all) {
      boolean right = token.isOf(digest);
      found = right ? token.credential() : found;
    }
    return found;
  }

  /** Whether a credential of that id is among them now. */
  public boolean hasId(String credentialId) {
    return all.stream().anyMatch(token -> token.credential().id().equals(credentialId));
  }

  /** Whether two of them have the same secret, so that nobody knows which of them is meant. */
  public boolean isAmbiguous() {
    for (int i = 0; i < all.size(); i++) {
      for (int k = i + 1; k < all.size(); k++) {
        if (all.get(i).sameSecret(all.get(k))) {
          return true;
        }
      }
    }
    return false;
  }
}
