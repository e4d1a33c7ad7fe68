package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import org.jspecify.annotations.Nullable;

/**
 * A session as a run needs it. Protocol 04 §3, §16.4.
 *
 * @param key canonical
 * @param sessionId of its transcript; empty when there is none yet
 * @param model what it runs on, when it chose one; null for the agent's own
 * @param thinkingLevel {@code off} and so on; null when it did not choose
 * @param verboseLevel {@code off}, {@code on} or {@code full}; null when it did not choose
 * @param mute {@code sendPolicy} is {@code deny}: nothing may be said in it
 * @param last the way its last message came by a channel, or null
 */
public record Conversation(
    String key,
    String sessionId,
    @Nullable ModelName model,
    @Nullable String thinkingLevel,
    @Nullable String verboseLevel,
    boolean mute,
    @Nullable DeliveryContext last) {

  static Conversation of(SessionEntry entry, SessionRules rules) {
    JsonNode fields = entry.fields();
    String model = entry.text("modelOverride");
    String provider = entry.text("providerOverride");
    return new Conversation(
        entry.key(),
        entry.sessionId(),
        model == null
            ? null
            : new ModelName(provider == null ? rules.model().provider() : provider, model),
        entry.text("thinkingLevel"),
        entry.text("verboseLevel"),
        fields.path("sendPolicy").asText().equals("deny"),
        fields.path("deliveryContext").has("to")
            ? DeliveryContext.of(fields.path("deliveryContext"))
            : null);
  }
}
