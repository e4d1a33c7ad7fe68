package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Names what is wrong with a document in the words that clients show. Protocol 03 §10.
 *
 * <p>Walks schema and content side by side; at most {@value #LIMIT} issues.
 */
final class SettingsIssues {
  private static final int LIMIT = 10_000;

  private final JsonNode root;
  private final List<SettingsIssue> found = new ArrayList<>();

  private SettingsIssues(JsonNode root) {
    this.root = root;
  }

  /** What is wrong with content by a schema. */
  static List<SettingsIssue> of(JsonNode schema, JsonNode content) {
    SettingsIssues issues = new SettingsIssues(schema);
    issues.check(schema, content, List.of());
    return List.copyOf(issues.found);
  }

  static SettingsIssue unexplained() {
    return new SettingsIssue(List.of(), "", "Invalid input", false);
  }

  /** The issues on one line, for a log or a refusal to start. */
  static String text(ArrayNode issues) {
    return StreamSupport.stream(issues.spliterator(), false)
        .map(
            issue -> {
              String path = issue.path("path").asText();
              return (path.isEmpty() ? "" : path + ": ") + issue.path("message").asText();
            })
        .collect(Collectors.joining("; "));
  }

  private void check(JsonNode schema, JsonNode value, List<String> path) {
    String wrong = mismatch(schema.path("type"), value);
    if (wrong != null) {
      add(path, wrong, false);
      return;
    }
    switch (value.getNodeType()) {
      case OBJECT -> object(schema, value, path);
      case ARRAY -> array(schema, value, path);
      case NUMBER -> number(schema, value, path);
      case STRING -> option(schema, value, path);
      default -> {}
    }
  }

  private static @Nullable String mismatch(JsonNode types, JsonNode value) {
    List<String> wanted = new ArrayList<>();
    for (JsonNode type : types.isArray() ? types : List.of(types)) {
      String expected = type.asText("");
      if (expected.isEmpty() || fits(expected, value)) {
        return null;
      }
      wanted.add(expected.equals("integer") ? "number" : expected);
    }
    String received = kind(value);
    return wanted.contains(received)
        ? "Invalid input: expected int, received number"
        : "Invalid input: expected " + String.join(" or ", wanted) + ", received " + received;
  }

  private static boolean fits(String expected, JsonNode value) {
    return expected.equals("integer")
        ? value.isNumber() && value.canConvertToExactIntegral()
        : expected.equals(kind(value));
  }

  private static String kind(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "object";
      case ARRAY -> "array";
      case STRING -> "string";
      case NUMBER -> "number";
      case BOOLEAN -> "boolean";
      default -> "null";
    };
  }

  private void object(JsonNode schema, JsonNode value, List<String> path) {
    JsonNode known = schema.path("properties");
    for (Map.Entry<String, JsonNode> property : known.properties()) {
      JsonNode nested = value.get(property.getKey());
      if (nested != null) {
        check(property.getValue(), nested, child(path, property.getKey()));
      }
    }
    JsonNode others = schema.path("additionalProperties");
    if (others.isObject()) {
      for (Map.Entry<String, JsonNode> other : value.properties()) {
        if (!known.has(other.getKey())) {
          check(others, other.getValue(), child(path, other.getKey()));
        }
      }
    } else if (!others.asBoolean(true)) {
      unrecognized(known, value, path);
    }
  }

  private void unrecognized(JsonNode known, JsonNode value, List<String> path) {
    List<String> names = names(known);
    for (String name : names(value)) {
      if (!known.has(name) && found.size() < LIMIT) {
        found.add(new SettingsIssue(path, name, KeyGuess.hint(root, names, name), true));
      }
    }
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private void array(JsonNode schema, JsonNode value, List<String> path) {
    for (int i = 0; i < value.size() && found.size() < LIMIT; i++) {
      check(schema.path("items"), value.get(i), child(path, Integer.toString(i)));
    }
  }

  private void number(JsonNode schema, JsonNode value, List<String> path) {
    JsonNode least = schema.path("minimum");
    JsonNode most = schema.path("maximum");
    if (least.isNumber() && value.doubleValue() < least.doubleValue()) {
      add(path, "Too small: expected number to be >=" + least.asText(), false);
    }
    if (most.isNumber() && value.doubleValue() > most.doubleValue()) {
      add(path, "Too big: expected number to be <=" + most.asText(), false);
    }
  }

  private void option(JsonNode schema, JsonNode value, List<String> path) {
    List<String> options = new ArrayList<>();
    schema.path("enum").forEach(option -> options.add(option.asText()));
    if (!options.isEmpty() && !options.contains(value.textValue())) {
      add(path, "Invalid option: expected one of \"" + String.join("\"|\"", options) + '"', false);
    }
  }

  private void add(List<String> path, String message, boolean mayStay) {
    if (found.size() < LIMIT) {
      found.add(new SettingsIssue(path, "", message, mayStay));
    }
  }

  private static List<String> child(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return longer;
  }
}
