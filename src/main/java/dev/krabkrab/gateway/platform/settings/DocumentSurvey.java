package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;

/** Finds what of a document does not work on some instance of the cluster. */
@FunctionalInterface
public interface DocumentSurvey {
  /** Finds nothing. */
  DocumentSurvey NONE = content -> Future.succeededFuture(Json.array());

  /**
   * Asks the instances.
   *
   * @return {@code {path, message}} entries; never fails
   */
  Future<ArrayNode> warnings(JsonNode content);
}
