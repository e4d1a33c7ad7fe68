package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names what a document says without effect: settings that an instance reads when it starts, those
 * nothing reads, keys nobody knows, and names of things that are not set up.
 */
final class SettingsWarnings {
  static final String AT_START =
      "is read at the start of an instance, from its own file, environment or flags; what stands"
          + " here changes nothing";
  static final String NO_EFFECT = "has no effect here";

  private static final int LIMIT = 100;

  private final JsonNode root;
  private final SettingFacts facts;
  private final ForeignKeys foreign;
  private final Map<String, SettingsPart.Reference> references;
  private final boolean all;
  private final ArrayNode found = Json.array();

  /**
   * @param root the schema of the whole document
   * @param references what may be named, by kind
   * @param all names also what answers to writes are silent about
   */
  SettingsWarnings(
      JsonNode root,
      SettingFacts facts,
      ForeignKeys foreign,
      Map<String, SettingsPart.Reference> references,
      boolean all) {
    this.root = root;
    this.facts = facts;
    this.foreign = foreign;
    this.references = references;
    this.all = all;
  }

  /** Looks through a document. */
  ArrayNode of(JsonNode document) {
    walk(root, document, List.of());
    return found;
  }

  private void walk(JsonNode schema, JsonNode value, List<String> path) {
    if (!SettingFacts.isSet(value) || isIdle(path)) {
      return;
    }
    refer(facts.refers(path), value, path);
    JsonNode items = schema.path("items");
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      walk(items, value.get(i), below(path, Integer.toString(i)));
    }
    if (value instanceof ObjectNode object) {
      object(schema, object, path);
    }
  }

  /** Whether all that stands there has no effect, which is said once, at the top of it. */
  private boolean isIdle(List<String> path) {
    if (path.isEmpty() || !facts.isTold(path)) {
      return false;
    }
    SettingFacts.Effect effect = facts.effect(path);
    if (effect == SettingFacts.Effect.START) {
      add(path, AT_START);
    } else if (effect == SettingFacts.Effect.NONE && (all || !facts.isQuiet(path))) {
      String note = facts.note(path);
      add(path, NO_EFFECT + (note == null ? "" : ": " + note));
    }
    return effect == SettingFacts.Effect.START || effect == SettingFacts.Effect.NONE;
  }

  private void object(JsonNode schema, ObjectNode value, List<String> path) {
    JsonNode known = schema.path("properties");
    JsonNode others = schema.path("additionalProperties");
    String kind = facts.keys(path);
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      List<String> below = below(path, field.getKey());
      if (known.has(field.getKey())) {
        walk(known.get(field.getKey()), field.getValue(), below);
      } else if (foreign.has(below)) {
        add(below, NO_EFFECT + ": other gateways of this protocol have it");
      } else if (others.isObject()) {
        refer(kind, field.getKey(), below);
        walk(others, field.getValue(), below);
      } else if (others.isBoolean() && !others.booleanValue()) {
        List<String> names = new ArrayList<>();
        known.fieldNames().forEachRemaining(names::add);
        add(below, "is not known" + KeyGuess.hint(root, names, field.getKey()));
      }
    }
  }

  private void refer(@Nullable String kind, JsonNode value, List<String> path) {
    if (value.isTextual() || value.isNumber()) {
      refer(kind, value.asText(), path);
    }
  }

  private void refer(@Nullable String kind, String text, List<String> path) {
    SettingsPart.Reference reference = kind == null ? null : references.get(kind);
    String problem = reference == null || text.isBlank() ? "" : reference.problem(text.strip());
    if (!problem.isEmpty()) {
      add(path, problem);
    }
  }

  private void add(List<String> path, String message) {
    if (found.size() < LIMIT) {
      found.addObject().put("path", String.join(".", path)).put("message", message);
    }
  }

  private static List<String> below(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return longer;
  }
}
