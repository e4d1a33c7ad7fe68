package dev.krabkrab.gateway.platform.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The one JSON mapper of the gateway, with the limits that a frame may reach. */
public final class Json {
  private static final int MAX_TEXT = 32 * 1024 * 1024;
  private static final int MAX_DEPTH = 200;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(MAX_TEXT)
                          .maxNestingDepth(MAX_DEPTH)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final ObjectReader TREE = MAPPER.readerFor(JsonNode.class);

  private Json() {}

  public static JsonMapper mapper() {
    return MAPPER;
  }

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** Returns an array of texts in iteration order. */
  public static ArrayNode texts(Collection<String> values) {
    ArrayNode array = array();
    values.forEach(array::add);
    return array;
  }

  /** Returns the parsed tree, or null when the bytes are not exactly one JSON value. */
  public static @Nullable JsonNode tryParse(byte[] utf8) {
    try {
      JsonNode node = TREE.readValue(utf8);
      return node == null || node.isMissingNode() ? null : node;
    } catch (IOException notJson) {
      return null;
    }
  }

  /** Returns the parsed tree, or null when the text is not exactly one JSON value. */
  public static @Nullable JsonNode tryParse(String text) {
    try {
      JsonNode node = TREE.readValue(text);
      return node == null || node.isMissingNode() ? null : node;
    } catch (IOException notJson) {
      return null;
    }
  }

  /** Parses text this gateway wrote itself; throws when it is not an object. */
  public static ObjectNode parseObject(String text) {
    if (tryParse(text) instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException("stored value is not a JSON object");
  }

  /** Encodes as UTF-8. An unpaired surrogate becomes a question mark instead of an exception. */
  public static byte[] bytes(JsonNode node) {
    return text(node).getBytes(StandardCharsets.UTF_8);
  }

  public static String text(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree always encodes", e);
    }
  }

  /** Returns the text of a field, or null when it is absent or no text. */
  public static @Nullable String textOrNull(@Nullable JsonNode object, String field) {
    JsonNode value = object == null ? null : object.get(field);
    return value != null && value.isTextual() ? value.textValue() : null;
  }

  /** Returns the trimmed text of a field, or null when it is absent, no text or blank. */
  public static @Nullable String nonBlank(@Nullable JsonNode object, String field) {
    String text = textOrNull(object, field);
    return text == null || text.isBlank() ? null : text.strip();
  }

  /** Puts the text unless it is null, so that optional fields stay absent. */
  public static void putIfPresent(ObjectNode object, String field, @Nullable String value) {
    if (value != null) {
      object.put(field, value);
    }
  }
}
