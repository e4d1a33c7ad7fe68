package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The parts of all features, in the order they are registered, put together. Immutable. */
final class SettingsParts {
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
   * The schema of the whole document.
   *
   * @throws IllegalStateException when two parts disagree
   */
  ObjectNode schema() {
    return together("config.json");
  }

  /** What forms show, by key. */
  ObjectNode hints() {
    return together("config-hints.json");
  }

  /** Adds what the features find wrong with a document that keeps the schema. */
  void check(JsonNode document, ArrayNode issues) {
    parts.forEach(part -> part.check(document, issues));
  }

  private ObjectNode together(String name) {
    ObjectNode whole = Json.object();
    parts.forEach(part -> add(whole, resource("schema/" + part.folder() + "/" + name), ""));
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

  private static ObjectNode resource(String name) {
    try (InputStream in = SettingsParts.class.getClassLoader().getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource " + name + " is missing");
      }
      return Json.parseObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("resource " + name + " cannot be read", e);
    }
  }
}
