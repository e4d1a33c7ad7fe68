package dev.krabkrab.gateway.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One setting as it was given, if it was. Flags and the environment bring text, a file brings typed
 * values, and a file's value of the wrong type is refused.
 *
 * @param key name of the setting, as in a file
 * @param value what was given, or null
 * @param origin where the value came from
 * @param typed whether it came from a file
 */
record Setting(String key, @Nullable JsonNode value, String origin, boolean typed) {

  boolean given() {
    return value != null;
  }

  int integer(int otherwise, int least, int most) {
    if (value == null) {
      return otherwise;
    }
    String expected = "a whole number from " + least + " to " + most;
    long number = typed ? typedNumber(value, expected) : number(value.asText().strip(), expected);
    if (number < least || number > most) {
      throw refused(expected);
    }
    return (int) number;
  }

  /** A number from 0 to 1. */
  double share(double otherwise) {
    if (value == null) {
      return otherwise;
    }
    String expected = "a number from 0 to 1";
    double number;
    try {
      number = typed ? value.doubleValue() : Double.parseDouble(value.asText().strip());
    } catch (NumberFormatException e) {
      throw refused(expected);
    }
    if ((typed && !value.isNumber()) || !(number >= 0 && number <= 1)) {
      throw refused(expected);
    }
    return number;
  }

  boolean flag(boolean otherwise) {
    if (value == null) {
      return otherwise;
    }
    if (typed && !value.isBoolean()) {
      throw refused("true or false");
    }
    return switch (value.asText().strip().toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes", "on" -> true;
      case "false", "0", "no", "off" -> false;
      default -> throw refused("true or false");
    };
  }

  @Nullable String text() {
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw refused("a text");
    }
    return value.textValue().isBlank() ? null : value.textValue().strip();
  }

  /** A list of a file, or texts separated by commas. */
  List<String> texts() {
    if (value == null) {
      return List.of();
    }
    if (!typed) {
      return Arrays.stream(value.asText().split(",", -1))
          .map(String::strip)
          .filter(text -> !text.isEmpty())
          .toList();
    }
    if (!value.isArray()) {
      throw refused("a list of texts");
    }
    List<String> found = new ArrayList<>();
    for (JsonNode entry : value) {
      if (!entry.isTextual()) {
        throw refused("a list of texts");
      }
      found.add(entry.textValue().strip());
    }
    return found;
  }

  /** A refusal that does not repeat the value, which may be a secret. */
  InvalidSettingException refused(String expected) {
    return new InvalidSettingException(key, "must be " + expected, origin);
  }

  private long typedNumber(JsonNode number, String expected) {
    if (!number.isNumber() || !number.canConvertToExactIntegral() || !number.canConvertToLong()) {
      throw refused(expected);
    }
    return number.longValue();
  }

  private long number(String text, String expected) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw refused(expected);
    }
  }
}
