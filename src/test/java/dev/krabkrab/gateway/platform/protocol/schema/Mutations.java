package dev.krabkrab.gateway.platform.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Changes a sample in one place at a time and says what each change is worth. */
final class Mutations {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Map<String, JsonNode> OTHERS =
      Map.of(
          "null", JSON.nullNode(),
          "number", JSON.numberNode(7.5),
          "string", JSON.textNode("not in any list"),
          "boolean", JSON.booleanNode(true),
          "array", JSON.arrayNode().add(JSON.arrayNode()),
          "object", JSON.objectNode().put("x", 1));

  private final Samples samples;
  private final JsonNode sample;
  private final List<Mutation> found = new ArrayList<>();

  private Mutations(Samples samples, JsonNode sample) {
    this.samples = samples;
    this.sample = sample;
  }

  /** All single changes of the sample, the unchanged one first. */
  static List<Mutation> of(JsonNode document, JsonNode sample, Samples samples) {
    var mutations = new Mutations(samples, sample);
    mutations.found.add(new Mutation("unchanged", sample, true, true));
    mutations.at("", document, sample, value -> value);
    return mutations.found;
  }

  /** {@code put} builds the whole value around a replacement for the part at {@code path}. */
  private void at(String path, JsonNode declared, JsonNode here, UnaryOperator<JsonNode> put) {
    var schema = samples.resolve(declared);
    if (schema.isBoolean()) {
      return;
    }
    if (schema.has("anyOf")) {
      anyOf(path, schema.get("anyOf"), here, put);
      return;
    }
    wrongTypes(path, List.of(schema), put);
    inside(path, schema, here, put);
  }

  private void anyOf(String path, JsonNode branches, JsonNode here, UnaryOperator<JsonNode> put) {
    var resolved = new ArrayList<JsonNode>();
    branches.forEach(branch -> resolved.add(samples.resolve(branch)));
    wrongTypes(path, resolved, put);
    // Descend where the value belongs to one branch alone: then a fault cannot fit another one.
    var mine = resolved.stream().filter(branch -> fits(branch, here)).toList();
    if (mine.size() == 1 && here.isContainerNode()) {
      inside(path, mine.getFirst(), here, put);
    }
  }

  private boolean fits(JsonNode schema, JsonNode value) {
    if (!value.isObject() || !"object".equals(schema.path("type").asText())) {
      return false;
    }
    for (var name : schema.path("required")) {
      if (!value.has(name.asText())) {
        return false;
      }
    }
    var kind = schema.path("properties").path("kind").path("const");
    return kind.isMissingNode() || kind.equals(value.get("kind"));
  }

  private void wrongTypes(String path, List<JsonNode> branches, UnaryOperator<JsonNode> put) {
    OTHERS.forEach(
        (name, other) -> {
          var ofType = branches.stream().filter(branch -> takes(branch, name)).toList();
          if (ofType.isEmpty()) {
            refuse(path + " as " + name, put.apply(other));
          } else if (name.equals("null")) {
            found.add(new Mutation(path + " as null", put.apply(other), true, true));
          } else if (ofType.stream().allMatch(branch -> branch.has("const"))) {
            refuse(path + " outside the list", put.apply(other));
          }
        });
  }

  private static boolean takes(JsonNode schema, String type) {
    return schema.isBoolean() || schema.path("type").asText(type).equals(type);
  }

  private void inside(String path, JsonNode schema, JsonNode here, UnaryOperator<JsonNode> put) {
    switch (schema.path("type").asText()) {
      case "string" -> string(path, schema, put);
      case "integer" -> integer(path, schema, put);
      case "array" -> array(path, schema, (ArrayNode) here, put);
      case "object" -> object(path, schema, (ObjectNode) here, put);
      default -> {}
    }
  }

  private void string(String path, JsonNode schema, UnaryOperator<JsonNode> put) {
    if (schema.has("minLength")) {
      refuse(path + " empty", put.apply(JSON.textNode("")));
      accept(path + " a space", put.apply(JSON.textNode(" ")));
    }
    if (schema.has("maxLength")) {
      int most = schema.get("maxLength").intValue();
      accept(path + " longest", put.apply(JSON.textNode("\uD83E\uDD80".repeat(most))));
      refuse(path + " too long", put.apply(JSON.textNode("x".repeat(most + 1))));
    }
  }

  private void integer(String path, JsonNode schema, UnaryOperator<JsonNode> put) {
    long least = schema.path("minimum").asLong();
    accept(path + " at minimum", put.apply(JSON.numberNode(least)));
    accept(path + " with zero fraction", put.apply(JSON.numberNode((double) least)));
    refuse(path + " below minimum", put.apply(JSON.numberNode(least - 1)));
    refuse(path + " fraction", put.apply(JSON.numberNode(least + 1.5)));
    if (schema.has("maximum")) {
      long most = schema.get("maximum").longValue();
      accept(path + " at maximum", put.apply(JSON.numberNode(most)));
      refuse(path + " above maximum", put.apply(JSON.numberNode(most + 1)));
    }
  }

  private void array(String path, JsonNode schema, ArrayNode here, UnaryOperator<JsonNode> put) {
    int least = schema.path("minItems").asInt(0);
    if (least == 0) {
      accept(path + " without items", put.apply(JSON.arrayNode()));
    } else {
      refuse(path + " too few", put.apply(repeated(here.get(0), least - 1)));
    }
    if (schema.has("maxItems")) {
      int most = schema.get("maxItems").intValue();
      accept(path + " full", put.apply(repeated(here.get(0), most)));
      refuse(path + " too many", put.apply(repeated(here.get(0), most + 1)));
    }
    if (schema.has("items")) {
      at(path + "/0", schema.get("items"), here.get(0), item -> put.apply(with(here, item)));
    }
  }

  private void object(String path, JsonNode schema, ObjectNode here, UnaryOperator<JsonNode> put) {
    if (schema.path("additionalProperties").isObject()) {
      accept(path + " without entries", put.apply(JSON.objectNode()));
    } else {
      var extra = put.apply(with(here, "unknownKey", JSON.nullNode()));
      found.add(new Mutation(path + " extra key", extra, false, true));
    }
    var required = new ArrayList<String>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    for (var entry : here.properties()) {
      var name = entry.getKey();
      var nested = schema.path("properties").path(name);
      var rest = nested.isMissingNode() ? schema.path("additionalProperties") : nested;
      var without = put.apply(here.deepCopy().without(name));
      if (required.contains(name)) {
        refuse(path + " without " + name, without);
      } else {
        accept(path + " without " + name, without);
      }
      at(path + "/" + name, rest, entry.getValue(), value -> put.apply(with(here, name, value)));
    }
  }

  private void accept(String label, JsonNode value) {
    found.add(new Mutation(label, value, true, true));
  }

  private void refuse(String label, JsonNode value) {
    assert !value.equals(sample);
    found.add(new Mutation(label, value, false, false));
  }

  private static ArrayNode repeated(JsonNode item, int times) {
    var array = JSON.arrayNode();
    for (int i = 0; i < times; i++) {
      array.add(item);
    }
    return array;
  }

  private static ArrayNode with(ArrayNode array, JsonNode first) {
    var copy = array.deepCopy();
    copy.set(0, first);
    return copy;
  }

  private static ObjectNode with(ObjectNode object, String name, JsonNode value) {
    var copy = object.deepCopy();
    copy.set(name, value);
    return copy;
  }
}
