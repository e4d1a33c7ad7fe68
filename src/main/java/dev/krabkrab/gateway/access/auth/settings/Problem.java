package dev.krabkrab.gateway.access.auth.settings;

import com.fasterxml.jackson.databind.node.ArrayNode;

/**
 * What is wrong with an object of the document.
 *
 * @param field behind the path of the object, with its dot; empty for the object itself
 */
record Problem(String field, String message) {

  /** Adds it to a document's issues. */
  void addTo(ArrayNode issues, String path) {
    issues.addObject().put("path", path + field).put("message", message);
  }
}
