package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The digests of approvals. */
final class Hashes {
  private static final String HMAC = "HmacSHA256";

  private Hashes() {}

  /** SHA-256 of the text's UTF-8 form in lower-case hex. */
  static String sha256(String text) {
    try {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(utf8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** HMAC-SHA256 of the text's UTF-8 form in lower-case hex. */
  static String hmac(String key, String text) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), HMAC));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + HMAC, e);
    }
  }

  /**
   * SHA-256 of a value, whatever the order of its fields and whether it leaves out what is null.
   */
  static String ofValue(JsonNode value) {
    return sha256(Json.text(canonical(value)));
  }

  private static JsonNode canonical(JsonNode value) {
    if (value.isArray()) {
      ArrayNode array = Json.array();
      value.forEach(one -> array.add(canonical(one)));
      return array;
    }
    if (!value.isObject()) {
      return value;
    }
    Map<String, JsonNode> sorted = new TreeMap<>();
    value.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    ObjectNode object = Json.object();
    sorted.forEach(
        (name, field) -> {
          if (!field.isNull()) {
            object.set(name, canonical(field));
          }
        });
    return object;
  }
}
