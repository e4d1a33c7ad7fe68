package dev.krabkrab.gateway.access.auth;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A token of {@code gateway.auth.tokens}, kept only as a digest. Immutable. */
public final class NamedToken {
  private final Credential credential;
  private final byte[] digest;

  private NamedToken(String name, byte[] digest, List<String> scopes, Set<Role> roles) {
    this.digest = digest;
    String fingerprint =
        String.join(
            "\n",
            HexFormat.of().formatHex(digest),
            String.join(",", Scopes.sorted(scopes)),
            new TreeSet<>(roles).toString());
    this.credential =
        new Credential(Credential.id("token:" + name, fingerprint), name, scopes, roles);
  }

  /** A token by its text. */
  public static NamedToken ofText(String name, String text, List<String> scopes, Set<Role> roles) {
    return new NamedToken(name, DeviceKey.sha256(text), scopes, roles);
  }

  /**
   * A token by the SHA-256 of its text.
   *
   * @param hash 64 hex digits
   * @throws IllegalArgumentException when it is something else
   */
  public static NamedToken ofHash(String name, String hash, List<String> scopes, Set<Role> roles) {
    byte[] digest = HexFormat.of().parseHex(hash);
    if (digest.length != 32) {
      throw new IllegalArgumentException("a SHA-256 has 64 hex digits");
    }
    return new NamedToken(name, digest, scopes, roles);
  }

  /** What it stands for. */
  public Credential credential() {
    return credential;
  }

  boolean isOf(byte[] presented) {
    return MessageDigest.isEqual(digest, presented);
  }

  boolean sameSecret(NamedToken other) {
    return isOf(other.digest);
  }

  /** Without the digest. */
  @Override
  public String toString() {
    return "NamedToken[" + credential.name() + "]";
  }
}
