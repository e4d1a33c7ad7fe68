package dev.krabkrab.gateway.control.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a browser's control routes. Protocol 03 §27.
 *
 * @param query an object, or null
 * @param body anything, or null
 * @param timeoutMs at least 1, or null for the usual wait
 */
record BrowserRequest(
    String method,
    String path,
    @Nullable JsonNode query,
    @Nullable JsonNode body,
    @Nullable Long timeoutMs) {
  private static final Set<String> METHODS = Set.of("GET", "POST", "DELETE");

  /** Reads parameters that no schema has checked. */
  static BrowserRequest of(JsonNode params) {
    String method = Json.nonBlank(params, "method");
    String path = Json.nonBlank(params, "path");
    if (method == null || path == null) {
      throw GatewayError.invalid("method and path are required");
    }
    String upper = method.toUpperCase(Locale.ROOT);
    if (!METHODS.contains(upper)) {
      throw GatewayError.invalid("method must be GET, POST, or DELETE");
    }
    JsonNode query = params.get("query");
    JsonNode timeout = params.path("timeoutMs");
    return new BrowserRequest(
        upper,
        path,
        query != null && query.isObject() ? query : null,
        params.get("body"),
        timeout.isNumber() ? Math.max(1, timeout.longValue()) : null);
  }

  /** The parameters of the node's command. */
  ObjectNode toJson() {
    ObjectNode json = Json.object().put("method", method).put("path", path);
    if (query != null) {
      json.set("query", query);
    }
    if (body != null) {
      json.set("body", body);
    }
    if (timeoutMs != null) {
      json.put("timeoutMs", timeoutMs);
    }
    Json.putIfPresent(json, "profile", Json.nonBlank(query, "profile"));
    return json;
  }
}
