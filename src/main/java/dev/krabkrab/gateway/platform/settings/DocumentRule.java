package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;

/** What must hold of a document besides its shape, such as that somebody can still come in. */
@FunctionalInterface
public interface DocumentRule {
  /**
   * Names what is wrong.
   *
   * @param issues takes {@code {path, message}} entries
   */
  void check(JsonNode content, ArrayNode issues);
}
