package dev.krabkrab.gateway.platform.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/**
 * One JSON value, already encoded as UTF-8. Answers that many callers share (presence, health) are
 * encoded once and spliced into each frame. The bytes are never changed after construction.
 */
public final class JsonText {
  public static final JsonText NULL = new JsonText("null".getBytes(StandardCharsets.US_ASCII));

  private final byte[] utf8;

  private JsonText(byte[] utf8) {
    this.utf8 = utf8;
  }

  public static JsonText of(JsonNode node) {
    return new JsonText(Json.bytes(node));
  }

  /** Wraps text known to be exactly one JSON value. */
  public static JsonText of(String json) {
    return new JsonText(json.getBytes(StandardCharsets.UTF_8));
  }

  /** Wraps bytes known to be exactly one JSON value; the caller gives them away. */
  public static JsonText ofUtf8(byte[] utf8) {
    return new JsonText(utf8);
  }

  /** Returns the backing bytes; callers must not change them. */
  public byte[] utf8() {
    return utf8;
  }

  public int size() {
    return utf8.length;
  }

  @Override
  public String toString() {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
