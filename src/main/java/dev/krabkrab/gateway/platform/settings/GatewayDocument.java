package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One revision of the gateway document. Protocol 03 §8.
 *
 * @param raw the stored text
 * @param hash its revision: SHA-256 of the text, lower-case hex
 * @param parsed the text as a tree, shared by all readers and changed by none
 */
public record GatewayDocument(String raw, String hash, ObjectNode parsed) {
  private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");
  private static final Separators SEPARATORS =
      Separators.createDefaultInstance()
          .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
          .withObjectEmptySeparator("")
          .withArrayEmptySeparator("");
  private static final ObjectWriter PRETTY =
      Json.mapper()
          .writer(
              new DefaultPrettyPrinter(SEPARATORS)
                  .withObjectIndenter(INDENT)
                  .withArrayIndenter(INDENT));

  /** Writes the content the way documents are stored: two-space JSON with a final newline. */
  public static GatewayDocument of(ObjectNode content) {
    try {
      String raw = PRETTY.writeValueAsString(content) + "\n";
      return new GatewayDocument(raw, sha256(raw), content);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree always encodes", e);
    }
  }

  /**
   * Reads what Redis holds.
   *
   * @throws IllegalArgumentException when the text is no JSON5 object; does not repeat the text
   */
  static GatewayDocument stored(String raw, String hash) {
    try {
      if (Json5.parse(raw) instanceof ObjectNode content) {
        return new GatewayDocument(raw, hash, content);
      }
    } catch (Json5.SyntaxException e) {
      throw new IllegalArgumentException("the stored gateway document is damaged", e);
    }
    throw new IllegalArgumentException("the stored gateway document is not an object");
  }

  /** Names the revision only: the text holds secrets. */
  @Override
  public String toString() {
    return "GatewayDocument[" + hash + "]";
  }

  private static String sha256(String text) {
    try {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(utf8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
