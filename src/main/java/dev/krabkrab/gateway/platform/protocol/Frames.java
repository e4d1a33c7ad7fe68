package dev.krabkrab.gateway.platform.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Assembles outgoing frames by splicing encoded values. Protocol 01a §3.1. */
public final class Frames {
  private static final byte[] RES_HEAD = ascii("{\"type\":\"res\",\"id\":");
  private static final byte[] OK_PAYLOAD = ascii(",\"ok\":true,\"payload\":");
  private static final byte[] OK_ONLY = ascii(",\"ok\":true}");
  private static final byte[] FAILED = ascii(",\"ok\":false,\"error\":");
  private static final byte[] FAILED_PAYLOAD = ascii(",\"ok\":false,\"payload\":");
  private static final byte[] ERROR_KEY = ascii(",\"error\":");
  private static final byte[] END = ascii("}");

  private Frames() {}

  /** A good response; a null payload leaves the field out. */
  public static byte[] ok(String id, @Nullable JsonText payload) {
    byte[] encodedId = Json.bytes(TextNode.valueOf(id));
    if (payload == null) {
      return join(RES_HEAD, encodedId, OK_ONLY);
    }
    return join(RES_HEAD, encodedId, OK_PAYLOAD, payload.utf8(), END);
  }

  /** A good response in parts, for a payload too large to copy. */
  public static byte[][] okParts(String id, byte[]... payload) {
    byte[][] parts = new byte[payload.length + 2][];
    parts[0] = join(RES_HEAD, Json.bytes(TextNode.valueOf(id)), OK_PAYLOAD);
    System.arraycopy(payload, 0, parts, 1, payload.length);
    parts[payload.length + 1] = END;
    return parts;
  }

  public static byte[] error(String id, ErrorShape error) {
    return error(id, error, null);
  }

  /** A failed response; the final failure of a run carries a payload beside the error. */
  public static byte[] error(String id, ErrorShape error, @Nullable JsonText payload) {
    byte[] encodedId = Json.bytes(TextNode.valueOf(id));
    byte[] encodedError = Json.bytes(error.toJson());
    if (payload == null) {
      return join(RES_HEAD, encodedId, FAILED, encodedError, END);
    }
    return join(RES_HEAD, encodedId, FAILED_PAYLOAD, payload.utf8(), ERROR_KEY, encodedError, END);
  }

  /** An event to one connection, outside its numbering. */
  public static byte[] direct(EventType type, JsonText payload) {
    return join(eventHead(type, payload, null), END);
  }

  /** An event frame up to, but without, {@code "seq"} and the closing brace. */
  static byte[] eventHead(EventType type, JsonText payload, @Nullable StateVersion version) {
    byte[] head = ascii("{\"type\":\"event\",\"event\":\"" + type.wire() + "\",\"payload\":");
    if (version == null) {
      return join(head, payload.utf8());
    }
    return join(head, payload.utf8(), ascii(",\"stateVersion\":"), Json.bytes(version.toJson()));
  }

  /** The id to answer a malformed frame under: its own when it is a text. Protocol 01a §3.2. */
  public static String echoId(@Nullable JsonNode frame) {
    String id = Json.textOrNull(frame, "id");
    return id == null || id.isEmpty() ? "invalid" : id;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] join(byte[]... parts) {
    int size = 0;
    for (byte[] part : parts) {
      size += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(size);
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
