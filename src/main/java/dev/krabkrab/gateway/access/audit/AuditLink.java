package dev.krabkrab.gateway.access.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A place in the chain.
 *
 * @param seq number of the entry, from 1; 0 stands for the place before the first one
 * @param hash lower-case hex SHA-256 over the hash before, a line feed and the entry's text
 * @param atMs time by which the stream orders the entry: its own, or that of an entry before it
 *     when that is later; epoch milliseconds of Redis
 */
public record AuditLink(long seq, String hash, long atMs) {
  /** Before the first entry. */
  public static final AuditLink START = new AuditLink(0, "0".repeat(64), 0);

  /** The place of the entry that follows this one. */
  public AuditLink next(String text, long tsMs) {
    return new AuditLink(seq + 1, hash(hash, text), Math.max(atMs, tsMs));
  }

  /** The entry's id in the stream. */
  public String id() {
    return atMs + "-" + seq;
  }

  private static String hash(String previous, String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(previous.getBytes(StandardCharsets.US_ASCII));
      digest.update((byte) '\n');
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
