package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;

/**
 * One feature's part of the gateway document: the schema of its section, how a form shows it, and
 * what the schema cannot say. Parts are found by {@link java.util.ServiceLoader}. Protocol 03 §9.
 */
@FunctionalInterface
public interface SettingsPart {
  /**
   * The folder below {@code schema/} that holds the part's {@code config.json} and {@code
   * config-hints.json}, such as {@code agent/cron}. Both speak of the document from its top.
   */
  String folder();

  /**
   * Names what is wrong with a document that keeps the schema.
   *
   * @param issues takes {@code {path, message}} entries
   */
  default void check(JsonNode document, ArrayNode issues) {}
}
