package dev.krabkrab.gateway.platform.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.random.RandomGenerator;

/** Makes values that a schema takes: every property present, sizes and branches by chance. */
final class Samples {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final JsonNode root;
  private final RandomGenerator random;

  Samples(JsonNode root, RandomGenerator random) {
    this.root = root;
    this.random = random;
  }

  JsonNode sample(JsonNode declared) {
    var schema = resolve(declared);
    if (schema.has("const")) {
      return schema.get("const");
    }
    if (schema.has("anyOf")) {
      var branches = schema.get("anyOf");
      return sample(branches.get(random.nextInt(branches.size())));
    }
    return switch (schema.path("type").asText("any")) {
      case "string" -> JSON.textNode(text(schema));
      case "integer" -> JSON.numberNode(integer(schema));
      case "number" -> JSON.numberNode(random.nextInt(100) + 0.5);
      case "boolean" -> JSON.booleanNode(random.nextBoolean());
      case "null" -> JSON.nullNode();
      case "array" -> array(schema);
      case "object" -> object(schema);
      default -> JSON.objectNode().put("any", random.nextInt());
    };
  }

  JsonNode resolve(JsonNode declared) {
    var ref = declared.path("$ref").textValue();
    return ref == null ? declared : root.at(ref.substring(1));
  }

  private String text(JsonNode schema) {
    int most = Math.min(schema.path("maxLength").asInt(12), 12);
    int length = random.nextInt(Math.max(schema.path("minLength").asInt(0), 1), most + 1);
    // A character outside the basic plane counts once although it takes two chars.
    return (random.nextBoolean() ? "x" : "\uD83E\uDD80").repeat(length);
  }

  private long integer(JsonNode schema) {
    long least = schema.path("minimum").asLong(0);
    return random.nextLong(least, schema.path("maximum").asLong(least + 1000) + 1);
  }

  private JsonNode array(JsonNode schema) {
    var array = JSON.arrayNode();
    int size = Math.max(schema.path("minItems").asInt(0), 1);
    for (int i = 0; i < size; i++) {
      array.add(sample(schema.path("items")));
    }
    return array;
  }

  private JsonNode object(JsonNode schema) {
    var object = JSON.objectNode();
    for (var property : schema.path("properties").properties()) {
      object.set(property.getKey(), sample(property.getValue()));
    }
    if (schema.path("additionalProperties").isObject()) {
      object.set("some~key/", sample(schema.get("additionalProperties")));
    }
    return object;
  }
}
