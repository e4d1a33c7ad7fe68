package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be known of settings besides schema and form: since when there is one, when it takes
 * effect, what it refers to. Immutable.
 *
 * <p>{@code effect}, {@code since} and {@code note} of a setting count for all below it.
 */
public final class SettingFacts {
  private static final String ANY = "*";

  /** The release that had what no fact says otherwise of. */
  private static final String FIRST = "0.1.0";

  private final Map<List<String>, ObjectNode> facts;

  private SettingFacts(Map<List<String>, ObjectNode> facts) {
    this.facts = facts;
  }

  /** When a setting takes effect. */
  public enum Effect {
    NOW("now", "at once, on every instance"),
    RUN("run", "at once, for runs that begin afterwards"),
    START("start", "at the start of an instance"),
    CLIENT("client", "read by clients"),
    NONE("none", "never: nothing here reads it");

    private final String name;
    private final String words;

    Effect(String name, String words) {
      this.name = name;
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }

    static Effect of(String name) {
      for (Effect effect : values()) {
        if (effect.name.equals(name)) {
          return effect;
        }
      }
      throw new IllegalArgumentException("there is no effect " + name);
    }
  }

  /** Reads the facts of all parts, by dotted path with {@code *} for any name or index. */
  static SettingFacts of(ObjectNode byPath) {
    Map<List<String>, ObjectNode> facts = new LinkedHashMap<>();
    byPath
        .properties()
        .forEach(
            fact ->
                facts.put(List.of(fact.getKey().split("\\.", -1)), (ObjectNode) fact.getValue()));
    return new SettingFacts(facts);
  }

  /** The paths that facts are told of. */
  public List<List<String>> paths() {
    return List.copyOf(facts.keySet());
  }

  /** When the setting there takes effect. */
  public Effect effect(List<String> path) {
    String name = inherited(path, "effect");
    return name == null ? Effect.NOW : Effect.of(name);
  }

  /** The first release that has it. */
  public String since(List<String> path) {
    String since = inherited(path, "since");
    return since == null ? FIRST : since;
  }

  /** More about its effect, or null. */
  public @Nullable String note(List<String> path) {
    return inherited(path, "note");
  }

  /** Whether something is told of that very path. */
  boolean isTold(List<String> path) {
    return at(path) != null;
  }

  /** Why an object there takes any key, or null when it does not. */
  public @Nullable String open(List<String> path) {
    return text(path, "open");
  }

  /** The kind of thing that a text there names, or null. */
  public @Nullable String refers(List<String> path) {
    return text(path, "refers");
  }

  /** The kind of thing that the keys of an object there name, or null. */
  public @Nullable String keys(List<String> path) {
    return text(path, "keys");
  }

  /** What holds where nothing is set, when that is no fixed value; or null. */
  public @Nullable String otherwise(List<String> path) {
    return text(path, "otherwise");
  }

  /** Whether answers to writes may be silent about its having no effect. */
  boolean isQuiet(List<String> path) {
    ObjectNode fact = at(path);
    return fact != null && fact.path("quiet").asBoolean();
  }

  private @Nullable String text(List<String> path, String field) {
    ObjectNode fact = at(path);
    return fact == null || !fact.has(field) ? null : fact.path(field).asText();
  }

  private @Nullable String inherited(List<String> path, String field) {
    for (int length = path.size(); length > 0; length--) {
      String text = text(path.subList(0, length), field);
      if (text != null) {
        return text;
      }
    }
    return null;
  }

  private @Nullable ObjectNode at(List<String> path) {
    ObjectNode exact = facts.get(path);
    return exact != null
        ? exact
        : facts.entrySet().stream()
            .filter(fact -> fits(fact.getKey(), path))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(null);
  }

  /** Whether a path is one that a pattern with stars means. */
  static boolean fits(List<String> pattern, List<String> path) {
    if (pattern.size() != path.size()) {
      return false;
    }
    for (int i = 0; i < pattern.size(); i++) {
      if (!pattern.get(i).equals(ANY) && !pattern.get(i).equals(path.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether something is set there: not null, and no object or list without content. */
  static boolean isSet(JsonNode value) {
    return !value.isMissingNode() && !value.isNull() && (value.isValueNode() || !value.isEmpty());
  }
}
