package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The types that a schema allows. */
final class SchemaTypes {
  private SchemaTypes() {}

  /** Their names; empty when it allows any. */
  static List<String> of(JsonNode schema) {
    JsonNode types = schema.path("type");
    List<String> names = new ArrayList<>();
    for (JsonNode type : types.isArray() ? types : List.of(types)) {
      if (type.isTextual()) {
        names.add(type.textValue());
      }
    }
    return names;
  }
}
