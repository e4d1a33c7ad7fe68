package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.jspecify.annotations.Nullable;

/**
 * A way out of the gateway to a person or a group. Protocol 04 §16.1.
 *
 * @param channel such as {@code telegram}
 * @param to whom there
 * @param accountId the account that speaks, or null for the channel's usual one
 * @param threadId the conversation there, or null
 */
public record DeliveryContext(
    String channel, String to, @Nullable String accountId, @Nullable String threadId) {

  /** As sessions show it. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("channel", channel).put("to", to);
    Json.putIfPresent(json, "accountId", accountId);
    Json.putIfPresent(json, "threadId", threadId);
    return json;
  }

  /** Reads what {@link #toJson()} wrote; there has to be a channel. */
  public static DeliveryContext of(JsonNode json) {
    return new DeliveryContext(
        json.path("channel").asText(),
        json.path("to").asText(),
        Json.textOrNull(json, "accountId"),
        Json.textOrNull(json, "threadId"));
  }
}
