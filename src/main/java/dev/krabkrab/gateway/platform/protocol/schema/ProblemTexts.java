package dev.krabkrab.gateway.platform.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Words and orders the problems of a value that failed its schema. Protocol 01a §3.3.
 *
 * <p>Walks schema document and value side by side, because the wire order (missing, unexpected,
 * nested in schema order) is not the order in which a validator library finds things.
 */
final class ProblemTexts {
  private static final String CLOSED = "additionalProperties";

  private final JsonNode root;

  private ProblemTexts(JsonNode root) {
    this.root = root;
  }

  /** The problems joined by {@code "; "}, each named once; empty if there are none. */
  static String of(JsonNode document, JsonNode value) {
    var found = new Problems();
    new ProblemTexts(document).check(document, value, Pointer.ROOT, found);
    return found.joined();
  }

  private void check(JsonNode declared, JsonNode value, Pointer at, Problems found) {
    var schema = resolve(declared);
    var type = schema.path("type").asText("");
    if (!type.isEmpty() && !isOf(type, value)) {
      found.add(at, "must be " + type);
      return;
    }
    if (schema.has("const") && !same(schema.get("const"), value)) {
      found.add(at, "must be equal to constant");
    }
    if (schema.has("anyOf")) {
      alternatives(schema.get("anyOf"), value, at, found);
    }
    switch (value.getNodeType()) {
      case STRING -> string(schema, value.textValue(), at, found);
      case NUMBER -> number(schema, value, at, found);
      case ARRAY -> array(schema, value, at, found);
      case OBJECT -> object(schema, (ObjectNode) value, at, found);
      default -> {}
    }
  }

  private JsonNode resolve(JsonNode declared) {
    var ref = declared.path("$ref").textValue();
    return ref == null ? declared : root.at(ref.substring(1));
  }

  private void alternatives(JsonNode branches, JsonNode value, Pointer at, Problems found) {
    var all = new Problems();
    for (var branch : branches) {
      var one = new Problems();
      check(branch, value, at, one);
      if (one.isEmpty()) {
        return;
      }
      all.addAll(one);
    }
    found.addAll(all);
    found.add(at, "must match a schema in anyOf");
  }

  private static void string(JsonNode schema, String text, Pointer at, Problems found) {
    size(schema, "Length", "characters", text.codePointCount(0, text.length()), at, found);
  }

  private static void number(JsonNode schema, JsonNode value, Pointer at, Problems found) {
    if (schema.has("minimum") && compare(value, schema.get("minimum")) < 0) {
      found.add(at, "must be >= " + schema.get("minimum").asText());
    }
    if (schema.has("maximum") && compare(value, schema.get("maximum")) > 0) {
      found.add(at, "must be <= " + schema.get("maximum").asText());
    }
  }

  private void array(JsonNode schema, JsonNode value, Pointer at, Problems found) {
    size(schema, "Items", "items", value.size(), at, found);
    var items = schema.path("items");
    if (items.isObject()) {
      for (int i = 0; i < value.size() && !found.full(); i++) {
        check(items, value.get(i), at.child(Integer.toString(i)), found);
      }
    }
  }

  private void object(JsonNode schema, ObjectNode value, Pointer at, Problems found) {
    for (var name : schema.path("required")) {
      if (!value.has(name.textValue())) {
        found.add(at, "must have required property '" + name.textValue() + "'");
      }
    }
    var known = schema.path("properties");
    var rest = schema.path(CLOSED);
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      if (found.full() || rest.isMissingNode()) {
        break;
      }
      if (!known.has(entry.getKey())) {
        extra(rest, entry, at, found);
      }
    }
    for (Map.Entry<String, JsonNode> property : known.properties()) {
      var nested = value.get(property.getKey());
      if (nested != null) {
        check(property.getValue(), nested, at.child(property.getKey()), found);
      }
    }
  }

  /** A property the schema does not name: refused by a closed object, an entry of a map. */
  private void extra(JsonNode rest, Map.Entry<String, JsonNode> entry, Pointer at, Problems found) {
    if (rest.isObject()) {
      check(rest, entry.getValue(), at.child(entry.getKey()), found);
    } else if (!rest.booleanValue()) {
      found.addUnexpected(at, entry.getKey());
    }
  }

  private static void size(
      JsonNode schema, String of, String unit, int actual, Pointer at, Problems found) {
    var least = schema.path("min" + of);
    var most = schema.path("max" + of);
    if (least.isNumber() && actual < least.intValue()) {
      found.add(at, "must NOT have fewer than " + least.intValue() + " " + unit);
    }
    if (most.isNumber() && actual > most.intValue()) {
      found.add(at, "must NOT have more than " + most.intValue() + " " + unit);
    }
  }

  private static boolean isOf(String type, JsonNode value) {
    return switch (type) {
      case "integer" -> value.isNumber() && value.canConvertToExactIntegral();
      case "number" -> value.isNumber();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "array" -> value.isArray();
      case "object" -> value.isObject();
      case "null" -> value.isNull();
      default -> throw new IllegalStateException("Schema uses the unknown type " + type);
    };
  }

  private static boolean same(JsonNode constant, JsonNode value) {
    var numbers = constant.isNumber() && value.isNumber();
    return numbers ? compare(constant, value) == 0 : constant.equals(value);
  }

  private static int compare(JsonNode left, JsonNode right) {
    var exact = finite(left) && finite(right);
    return exact
        ? left.decimalValue().compareTo(right.decimalValue())
        : Double.compare(left.doubleValue(), right.doubleValue());
  }

  private static boolean finite(JsonNode number) {
    return !number.isFloatingPointNumber() || Double.isFinite(number.doubleValue());
  }
}
