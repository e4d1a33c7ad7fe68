package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The parts of all features, in the order they are registered, put together. Immutable. */
final class SettingsParts {
  private static final String OTHERS = "additionalProperties";

  private final List<SettingsPart> parts;

  SettingsParts(List<SettingsPart> parts) {
    this.parts = List.copyOf(parts);
  }

  /** The parts that come with the gateway. */
  static SettingsParts load() {
    return new SettingsParts(
        ServiceLoader.load(SettingsPart.class, SettingsParts.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList());
  }

  /**
   * The schema of the whole document. An object takes no other keys than those it names, unless the
   * facts say why it does.
   *
   * @throws IllegalStateException when two parts disagree
   */
  ObjectNode schema() {
    ObjectNode whole = together("config.json", true);
    parts.forEach(part -> part.complete(whole));
    close(whole, List.of(), facts());
    return whole;
  }

  /** What forms show, by key. */
  ObjectNode hints() {
    return together("config-hints.json", true);
  }

  /** What else is to be known of settings. */
  SettingFacts facts() {
    return SettingFacts.of(together("config-facts.json", false));
  }

  /** Adds what the features find wrong with a document that keeps the schema. */
  void check(JsonNode document, ArrayNode issues) {
    parts.forEach(part -> part.check(document, issues));
  }

  /** Adds what a new document must not have besides. */
  void rule(JsonNode document, ArrayNode issues) {
    parts.forEach(part -> part.rule(document, issues));
  }

  /** Adds what features know to lead nowhere or to have no effect. */
  void warn(JsonNode document, ArrayNode warnings) {
    parts.forEach(part -> part.warn(document, warnings));
  }

  /** The kinds of things that settings name, by the names of the kinds. */
  Map<String, SettingsPart.Reference> references(JsonNode document) {
    Map<String, SettingsPart.Reference> all = new HashMap<>();
    parts.forEach(part -> all.putAll(part.references(document)));
    return all;
  }

  /** Lets objects take no other keys than those they name. */
  static void close(ObjectNode schema, List<String> path, SettingFacts facts) {
    boolean object = SchemaTypes.of(schema).contains("object");
    if (object && !schema.has(OTHERS) && facts.open(path) == null) {
      schema.put(OTHERS, false);
    }
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      close((ObjectNode) property.getValue(), below(path, property.getKey()), facts);
    }
    for (String others : List.of("items", OTHERS)) {
      if (schema.get(others) instanceof ObjectNode any) {
        close(any, below(path, "*"), facts);
      }
    }
  }

  private static List<String> below(List<String> path, String name) {
    List<String> longer = new ArrayList<>(path);
    longer.add(name);
    return longer;
  }

  private ObjectNode together(String name, boolean needed) {
    ObjectNode whole = Json.object();
    for (SettingsPart part : parts) {
      String resource = "schema/" + part.folder() + "/" + name;
      if (needed || SettingsParts.class.getClassLoader().getResource(resource) != null) {
        add(whole, Json.parseObject(text(resource)), "");
      }
    }
    return whole;
  }

  private static void add(ObjectNode whole, ObjectNode part, String path) {
    for (Map.Entry<String, JsonNode> field : part.properties()) {
      String below = path + "/" + field.getKey();
      JsonNode known = whole.get(field.getKey());
      if (known == null) {
        whole.set(field.getKey(), field.getValue());
      } else if (known instanceof ObjectNode there && field.getValue() instanceof ObjectNode more) {
        add(there, more, below);
      } else if (!known.equals(field.getValue())) {
        throw new IllegalStateException("parts of the settings schema disagree about " + below);
      }
    }
  }

  /** A text that comes with the gateway. */
  static String text(String resource) {
    try (InputStream in = SettingsParts.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("resource " + resource + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + resource + " cannot be read", e);
    }
  }
}
