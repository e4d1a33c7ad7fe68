package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads {@code gateway.http.endpoints} of the gateway document. */
final class HttpSwitches {
  private HttpSwitches() {}

  static ApiHttp.Switches of(JsonNode document) {
    JsonNode endpoints = document.at("/gateway/http/endpoints");
    return new ApiHttp.Switches(
        endpoints.at("/chatCompletions/enabled").asBoolean(false),
        endpoints.at("/responses/enabled").asBoolean(false),
        endpoints.at("/chatCompletions/images/allowUrl").asBoolean(true),
        endpoints.at("/responses/images/allowUrl").asBoolean(true),
        endpoints.at("/responses/files/allowUrl").asBoolean(true));
  }
}
