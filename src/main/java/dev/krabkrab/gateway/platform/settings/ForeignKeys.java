package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys that documents of other gateways of this protocol have and this one does not. They are
 * accepted, with whatever stands below them, and change nothing. Immutable.
 */
public final class ForeignKeys {
  private final List<List<String>> keys;

  private ForeignKeys(List<List<String>> keys) {
    this.keys = List.copyOf(keys);
  }

  /** Reads the list that comes with the gateway. */
  static ForeignKeys load() {
    return new ForeignKeys(
        SettingsParts.text("schema/platform/settings/foreign-keys.txt")
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .map(line -> List.of(line.split("\\.", -1)))
            .toList());
  }

  /** Their paths, with {@code *} for any name or index. */
  public List<List<String>> paths() {
    return keys;
  }

  /** Whether the key at that path is one of them. */
  boolean has(List<String> path) {
    List<String> common = withoutAccount(path);
    return keys.stream()
        .anyMatch(key -> SettingFacts.fits(key, path) || SettingFacts.fits(key, common));
  }

  /** A copy of a document without them. */
  JsonNode without(JsonNode document) {
    JsonNode copy = document.deepCopy();
    strip(copy, List.of());
    return copy;
  }

  private void strip(JsonNode node, List<String> path) {
    if (node instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        List<String> below = below(path, name);
        if (has(below)) {
          object.remove(name);
        } else {
          strip(object.get(name), below);
        }
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        strip(array.get(i), below(path, Integer.toString(i)));
      }
    }
  }

  /** Accounts of a channel take what the channel takes. */
  private static List<String> withoutAccount(List<String> path) {
    boolean account =
        path.size() > 4 && path.getFirst().equals("channels") && path.get(2).equals("accounts");
    if (!account) {
      return path;
    }
    List<String> common = new ArrayList<>(path.subList(0, 2));
    common.addAll(path.subList(4, path.size()));
    return common;
  }

  private static List<String> below(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return longer;
  }
}
