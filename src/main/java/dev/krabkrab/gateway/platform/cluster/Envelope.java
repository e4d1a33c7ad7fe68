package dev.krabkrab.gateway.platform.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.krabkrab.gateway.platform.cluster.message.ClusterMessage;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way, as text.
 *
 * @param from instance that sent it
 * @param request number the answer must carry, or 0 when none is wanted
 * @param answers number of the request this answers, or 0
 * @param trace W3C {@code traceparent} of what it is sent for, or null
 */
record Envelope(
    String from, long request, long answers, ClusterMessage message, @Nullable String trace) {
  private static final int VERSION = 1;
  private static final JsonMapper MAPPER =
      Json.mapper().rebuild().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private static final Map<String, Class<?>> KINDS =
      Arrays.stream(ClusterMessage.class.getPermittedSubclasses())
          .collect(Collectors.toUnmodifiableMap(Class::getSimpleName, Function.identity()));

  Envelope(String from, long request, long answers, ClusterMessage message) {
    this(from, request, answers, message, null);
  }

  String encode() {
    try {
      return head(from)
          + "\"kind\":\""
          + message.getClass().getSimpleName()
          + (request == 0 ? "\"" : "\",\"request\":" + request)
          + (answers == 0 ? "" : ",\"answers\":" + answers)
          + (trace == null ? "" : ",\"trace\":\"" + trace + "\"")
          + ",\"body\":"
          + MAPPER.writeValueAsString(message)
          + "}";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a message always encodes", e);
    }
  }

  /** What every message of an instance begins with. */
  static String head(String instance) {
    return "{\"v\":" + VERSION + ",\"from\":" + Json.text(TextNode.valueOf(instance)) + ",";
  }

  /** Returns the envelope, or null for one this release does not understand. */
  static @Nullable Envelope decode(String text) {
    JsonNode json = Json.tryParse(text);
    if (json == null) {
      return null;
    }
    Class<?> kind = KINDS.get(json.path("kind").asText());
    if (kind == null) {
      return null;
    }
    try {
      return new Envelope(
          json.path("from").asText(),
          json.path("request").asLong(),
          json.path("answers").asLong(),
          (ClusterMessage) MAPPER.treeToValue(json.path("body"), kind),
          Json.textOrNull(json, "trace"));
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
