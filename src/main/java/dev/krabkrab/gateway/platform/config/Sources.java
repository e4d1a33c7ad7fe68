package dev.krabkrab.gateway.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where settings come from. A flag wins over the environment, which wins over the file; blank
 * values count as absent.
 *
 * @param flags by long name without dashes
 * @param environment by variable name
 * @param file parsed configuration file, or null
 */
record Sources(
    Map<String, String> flags, Map<String, String> environment, @Nullable ObjectNode file) {

  /** Where a value of the file comes from. */
  static final String FILE = "the configuration file";

  private static final String FROM_FILE = "_FILE";

  /**
   * Finds a setting.
   *
   * @param key dotted name in a file
   * @param flag long name of its flag, or null when it has none
   * @param variables environment names, the first one given wins; each may also be given as {@code
   *     NAME_FILE}, naming a file that holds the value
   */
  Setting find(String key, @Nullable String flag, String... variables) {
    String given = flag == null ? null : present(flags.get(flag));
    if (given != null) {
      return new Setting(key, TextNode.valueOf(given), "flag --" + flag, false);
    }
    Setting fromEnvironment = environment(key, List.of(variables));
    return fromEnvironment != null ? fromEnvironment : inFile(key);
  }

  /** The same without looking into the file. */
  @Nullable Setting environment(String key, List<String> variables) {
    for (String name : variables) {
      String value = variable(name);
      String path = variable(name + FROM_FILE);
      if (value != null && path != null) {
        throw new InvalidSettingException(
            key + " is given twice, by " + name + " and by " + name + FROM_FILE);
      }
      if (value != null) {
        return new Setting(key, TextNode.valueOf(value), "environment " + name, false);
      }
      if (path != null) {
        String origin = "environment " + name + FROM_FILE;
        return new Setting(
            key, TextNode.valueOf(SecretFile.read(key, path, origin)), origin, false);
      }
    }
    return null;
  }

  private Setting inFile(String key) {
    JsonNode node = file == null ? null : file.at("/" + key.replace('.', '/'));
    boolean there = node != null && !node.isMissingNode() && !node.isNull();
    return new Setting(key, there ? node : null, FILE, true);
  }

  /** By its exact name, else by the same name in other letter cases. */
  private @Nullable String variable(String name) {
    String exact = present(environment.get(name));
    if (exact != null) {
      return exact;
    }
    return environment.entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .filter(value -> !value.isBlank())
        .findFirst()
        .orElse(null);
  }

  private static @Nullable String present(@Nullable String value) {
    return value == null || value.isBlank() ? null : value;
  }
}
