package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Dotted paths into the configuration. */
final class ConfigPath {
  private ConfigPath() {}

  /** The value at a path; numbers select array elements. */
  static JsonNode at(JsonNode root, String path) {
    JsonNode node = root;
    for (String key : keys(path)) {
      boolean index = node.isArray() && key.chars().allMatch(Character::isDigit);
      node = index ? node.path(Integer.parseInt(key)) : node.path(key);
    }
    return node;
  }

  /** An object that holds only this value, at this path. */
  static ObjectNode patch(String path, JsonNode value) {
    ObjectNode root = Json.object();
    ObjectNode node = root;
    List<String> keys = keys(path);
    for (String key : keys.subList(0, keys.size() - 1)) {
      node = node.putObject(key);
    }
    node.set(keys.getLast(), value);
    return root;
  }

  /** Puts a text into a document, with the objects that lead to it. */
  static void put(ObjectNode root, String path, String value) {
    ObjectNode node = root;
    List<String> keys = keys(path);
    for (String key : keys.subList(0, keys.size() - 1)) {
      node = node.withObjectProperty(key);
    }
    node.put(keys.getLast(), value);
  }

  /** Its keys, and indexes as text. */
  static List<String> keys(String path) {
    String[] keys = path.split("\\.", -1);
    for (String key : keys) {
      if (key.isBlank()) {
        throw CliException.usage(
            "not a configuration path: " + path, "Write it like gateway.nodes.denyCommands.");
      }
    }
    return List.of(keys);
  }
}
