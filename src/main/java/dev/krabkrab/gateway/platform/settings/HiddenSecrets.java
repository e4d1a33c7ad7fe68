package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Placeholders;
import dev.krabkrab.gateway.platform.protocol.Variables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Puts back the secrets that a view of the document did not show: a placeholder in a document to be
 * written means "as it was". Where nothing was, or it cannot be told what, that is a problem of the
 * document; a placeholder is never stored. Neither is a variable where none is filled in.
 *
 * <p>Entries of a list are told apart by their {@code id}, else their {@code name}, else by all
 * that is not hidden, and never by their place: who sorts a list must not exchange its secrets.
 */
public final class HiddenSecrets {
  private static final List<String> IDENTITIES = List.of("id", "name");

  private static final List<String> AUTH = List.of("gateway", "auth");
  private static final String ITSELF = "write the secret itself, or leave the key out";

  private final SecretPlaces places;
  private final ArrayNode issues = Json.array();

  private HiddenSecrets(SecretPlaces places) {
    this.places = places;
  }

  /**
   * What came of it.
   *
   * @param content a copy with the secrets put back
   * @param issues what could not be put back, as {@code {path, message}} entries
   */
  record Restored(JsonNode content, ArrayNode issues) {}

  /** Puts back what {@code next} hides and {@code current} knows. */
  static Restored restore(SecretPlaces places, JsonNode next, JsonNode current) {
    HiddenSecrets hidden = new HiddenSecrets(places);
    JsonNode content = hidden.walk(next.deepCopy(), current, List.of());
    return new Restored(content, hidden.issues);
  }

  /** What a stored document hides, which it must not, in words for the operator. */
  public static List<String> left(JsonNode document) {
    List<String> found = new ArrayList<>();
    issues(SecretPlaces.load(), document)
        .forEach(
            issue -> found.add(issue.path("path").asText() + " " + issue.path("message").asText()));
    return found;
  }

  /** What is hidden in a document that has nothing before it. */
  static ArrayNode issues(SecretPlaces places, JsonNode content) {
    return restore(places, content, MissingNode.getInstance()).issues();
  }

  private JsonNode walk(JsonNode next, JsonNode current, List<String> path) {
    return switch (next) {
      case ObjectNode object -> object(object, current, path);
      case ArrayNode array -> array(array, current, path);
      default -> next.isTextual() ? text(next, current, path) : next;
    };
  }

  private ObjectNode object(ObjectNode next, JsonNode current, List<String> path) {
    for (Map.Entry<String, JsonNode> field : next.properties()) {
      String name = field.getKey();
      field.setValue(walk(field.getValue(), current.path(name), below(path, name)));
    }
    return next;
  }

  private ArrayNode array(ArrayNode next, JsonNode current, List<String> path) {
    for (int i = 0; i < next.size(); i++) {
      List<String> at = below(path, Integer.toString(i));
      JsonNode entry = next.get(i);
      JsonNode counterpart =
          hides(entry, at) ? counterpart(entry, next, current, at) : MissingNode.getInstance();
      next.set(i, walk(entry, counterpart, at));
    }
    return next;
  }

  private JsonNode text(JsonNode next, JsonNode current, List<String> path) {
    String text = next.textValue();
    if (stands(text, path)) {
      boolean known = !current.isMissingNode() && !current.isNull() && !hides(current, path);
      if (known) {
        return current.deepCopy();
      }
      issue(path, "is a placeholder for a hidden secret, and there is none here to keep: ");
    } else if (places.isSecret(path) && Placeholders.isIn(text)) {
      issue(path, "contains a placeholder for a hidden secret: ");
    } else if (places.isSecret(path) && isUnfilled(text, path)) {
      issue(path, "names a variable, and none is filled in here: ", byEnvironment(path));
    }
    return next;
  }

  private boolean isUnfilled(String text, List<String> path) {
    return Placeholders.isUnfilled(places.isFilledIn(path) ? Variables.without(text) : text);
  }

  private boolean stands(String text, List<String> path) {
    return Placeholders.isUnmistakable(text) || (places.isSecret(path) && Placeholders.is(text));
  }

  /** Whether something in it is a placeholder, or has one in it. */
  private boolean hides(JsonNode node, List<String> path) {
    if (node.isTextual()) {
      String text = node.textValue();
      return stands(text, path) || (places.isSecret(path) && Placeholders.isIn(text));
    }
    if (node instanceof ObjectNode object) {
      return object.properties().stream()
          .anyMatch(field -> hides(field.getValue(), below(path, field.getKey())));
    }
    return node instanceof ArrayNode array
        && StreamSupport.stream(array.spliterator(), false)
            .anyMatch(entry -> hides(entry, below(path, "0")));
  }

  private JsonNode counterpart(
      JsonNode entry, ArrayNode next, JsonNode current, List<String> path) {
    List<JsonNode> before = new ArrayList<>();
    List<JsonNode> same = new ArrayList<>();
    String identity = identity(entry);
    current.forEach(
        candidate -> {
          if (identity == null
              ? isAlike(entry, candidate, path)
              : candidate.path(identity).equals(entry.get(identity))) {
            before.add(candidate);
          }
        });
    next.forEach(
        other -> {
          if (identity == null
              ? other.equals(entry)
              : entry.get(identity).equals(other.path(identity))) {
            same.add(other);
          }
        });
    return entry.isObject() && current.isArray() && before.size() == 1 && same.size() == 1
        ? before.getFirst()
        : MissingNode.getInstance();
  }

  private static @Nullable String identity(JsonNode entry) {
    return IDENTITIES.stream()
        .filter(name -> entry.path(name).isTextual() && !entry.path(name).textValue().isBlank())
        .findFirst()
        .orElse(null);
  }

  /** Whether it is the same but for what is hidden. */
  private boolean isAlike(JsonNode hidden, JsonNode known, List<String> path) {
    if (hidden.isTextual() && stands(hidden.textValue(), path)) {
      return true;
    }
    if (!(hidden instanceof ObjectNode object) || !(known instanceof ObjectNode other)) {
      return hidden.equals(known);
    }
    return object.size() == other.size()
        && object.properties().stream()
            .allMatch(
                field ->
                    other.has(field.getKey())
                        && isAlike(
                            field.getValue(),
                            other.get(field.getKey()),
                            below(path, field.getKey())));
  }

  private void issue(List<String> path, String problem) {
    issue(path, problem, ITSELF);
  }

  private void issue(List<String> path, String problem, String advice) {
    issues.addObject().put("path", String.join(".", path)).put("message", problem + advice);
  }

  private static String byEnvironment(List<String> path) {
    return path.size() == 3 && path.subList(0, 2).equals(AUTH)
        ? ("leave the key out and give the secret by the environment variable KRABKRAB_GATEWAY_%1$s"
                + " or by the file that KRABKRAB_GATEWAY_%1$s_FILE names")
            .formatted(path.getLast().toUpperCase(Locale.ROOT))
        : ITSELF;
  }

  private static List<String> below(List<String> path, String key) {
    List<String> longer = new ArrayList<>(path);
    longer.add(key);
    return longer;
  }
}
