package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parts of a configuration file (JSON or JSON5) the command line looks at. */
final class ConfigFile {
  private final JsonNode root;

  private ConfigFile(JsonNode root) {
    this.root = root;
  }

  /** Reads the file; without one, an empty configuration. */
  static ConfigFile read(@Nullable Path file) {
    if (file == null) {
      return new ConfigFile(MissingNode.getInstance());
    }
    String text =
        PrivateFiles.read(file)
            .orElseThrow(
                () ->
                    CliException.usage(
                        "no such configuration file: " + file, "Check --config, KRABKRAB_CONFIG."));
    try {
      return new ConfigFile(Json.parseLenient(text));
    } catch (JsonProcessingException e) {
      throw CliException.usage(
          "cannot read the configuration file "
              + file
              + place(e.getLocation())
              + ": "
              + e.getOriginalMessage(),
          "It must be JSON or JSON5.");
    }
  }

  private static String place(@Nullable JsonLocation where) {
    return where == null ? "" : ":" + where.getLineNr() + ":" + where.getColumnNr();
  }

  /** The non-blank text at a dotted path. */
  Optional<String> text(String path) {
    JsonNode node = at(path);
    return node.isValueNode() && !node.asText("").isBlank() && !node.isNull()
        ? Optional.of(node.asText())
        : Optional.empty();
  }

  boolean isTrue(String path) {
    return at(path).isBoolean() && at(path).booleanValue();
  }

  private JsonNode at(String path) {
    JsonNode node = root;
    for (String key : path.split("\\.", -1)) {
      node = node.path(key);
    }
    return node;
  }
}
