package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.SafeText;

/** JSON as the command line reads and prints it, with nothing invisible in its texts. */
final class Json {
  private static final JsonMapper STRICT = JsonMapper.builder().build();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static JsonNode parse(String text) throws JsonProcessingException {
    return STRICT.readTree(text);
  }

  /** Reads the JSON5 habits people use in configuration files: comments, bare keys, commas. */
  static JsonNode parseLenient(String text) throws JsonProcessingException {
    return Lenient.MAPPER.readTree(text);
  }

  static String compact(JsonNode node) {
    return SafeText.json(node.toString());
  }

  static String pretty(JsonNode node) {
    return SafeText.json(node.toPrettyString());
  }

  private static final class Lenient {
    static final JsonMapper MAPPER =
        JsonMapper.builder()
            .enable(
                JsonReadFeature.ALLOW_JAVA_COMMENTS,
                JsonReadFeature.ALLOW_SINGLE_QUOTES,
                JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES,
                JsonReadFeature.ALLOW_TRAILING_COMMA,
                JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS,
                JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS,
                JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS,
                JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS,
                JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
            .build();
  }
}
