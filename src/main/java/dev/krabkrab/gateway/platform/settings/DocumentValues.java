package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Reads values of the gateway document; what is missing or of the wrong type takes a default. */
public final class DocumentValues {
  private DocumentValues() {}

  /** A boolean. */
  public static boolean flag(JsonNode object, String field, boolean otherwise) {
    JsonNode value = object.path(field);
    return value.isBoolean() ? value.booleanValue() : otherwise;
  }

  /**
   * A whole number.
   *
   * @param min least value; below it the default is taken
   * @param max greatest value; above it the default is taken
   */
  public static long number(JsonNode object, String field, long min, long max, long otherwise) {
    JsonNode value = object.path(field);
    boolean fits = value.isIntegralNumber() && value.canConvertToLong();
    long number = fits ? value.longValue() : otherwise;
    return number < min || number > max ? otherwise : number;
  }

  /** The texts of an array, trimmed, without blank ones; empty for what is no array. */
  public static List<String> texts(JsonNode array) {
    List<String> found = new ArrayList<>();
    for (JsonNode value : array) {
      if (value.isTextual() && !value.textValue().isBlank()) {
        found.add(value.textValue().strip());
      }
    }
    return List.copyOf(found);
  }
}
