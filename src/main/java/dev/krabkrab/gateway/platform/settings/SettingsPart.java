package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * One feature's part of the gateway document: the schema of its section, how a form shows it, and
 * what the schema cannot say. Parts are found by {@link java.util.ServiceLoader}. Protocol 03 §9.
 */
@FunctionalInterface
public interface SettingsPart {
  /**
   * The folder below {@code schema/} that holds the part's {@code config.json}, {@code
   * config-hints.json} and perhaps {@code config-facts.json}, such as {@code agent/cron}. All speak
   * of the document from its top.
   */
  String folder();

  /**
   * Names what is wrong with a document that keeps the schema.
   *
   * @param issues takes {@code {path, message}} entries
   */
  default void check(JsonNode document, ArrayNode issues) {}

  /**
   * Names what a new document must not have besides. A document that has it already is right, and
   * may be changed elsewhere.
   *
   * @param issues takes {@code {path, message}} entries
   */
  default void rule(JsonNode document, ArrayNode issues) {}

  /** Adds to the whole schema what only the class path knows, such as further channels. */
  default void complete(ObjectNode schema) {}

  /**
   * The kinds of things this part sets up, which settings elsewhere name. Facts say by {@code
   * refers} which setting names what.
   */
  default Map<String, Reference> references(JsonNode document) {
    return Map.of();
  }

  /**
   * Names what leads nowhere or has no effect, where no fact can say it.
   *
   * @param warnings takes {@code {path, message}} entries
   */
  default void warn(JsonNode document, ArrayNode warnings) {}

  /** Looks at a text that names something. */
  @FunctionalInterface
  interface Reference {
    /** Why it leads nowhere, for people; empty when it leads somewhere. */
    String problem(String text);
  }
}
