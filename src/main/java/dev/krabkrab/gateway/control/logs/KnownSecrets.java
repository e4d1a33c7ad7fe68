package dev.krabkrab.gateway.control.logs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Finds the secrets a document holds, by the names of their keys. */
public final class KnownSecrets {
  /** Shorter texts are words that stand in many lines. */
  private static final int SHORTEST = 6;

  private static final List<String> NAMES =
      List.of("token", "password", "secret", "apikey", "privatekey");

  private KnownSecrets() {}

  /**
   * Every text under a key that names a secret, the longest first.
   *
   * @param others secrets that do not stand in the document
   */
  public static List<String> in(JsonNode document, List<String> others) {
    TreeSet<String> found = new TreeSet<>(others);
    collect(document, found);
    return found.stream()
        .filter(secret -> secret.length() >= SHORTEST)
        .sorted((a, b) -> Integer.compare(b.length(), a.length()))
        .toList();
  }

  private static void collect(JsonNode node, TreeSet<String> found) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      JsonNode value = field.getValue();
      if (value.isTextual() && isSecret(field.getKey())) {
        found.add(value.textValue());
      }
      collect(value, found);
    }
    if (node.isArray()) {
      node.forEach(element -> collect(element, found));
    }
  }

  private static boolean isSecret(String key) {
    String name = key.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    return NAMES.stream().anyMatch(name::endsWith);
  }
}
