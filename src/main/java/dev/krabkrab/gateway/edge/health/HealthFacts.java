package dev.krabkrab.gateway.edge.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.List;

/**
 * The features' part of health and status. Protocol 03 §1, §2.
 *
 * @param channels the payload of {@code channels.status}
 * @param sessions how many there are
 * @param recent rows of {@code sessions.list}, the latest first, at most 10
 * @param model that sessions run on which name none
 * @param contextTokens of it
 */
public record HealthFacts(
    ObjectNode channels, long sessions, List<JsonNode> recent, String model, int contextTokens) {
  /** Before anything is known. */
  static final HealthFacts NONE = new HealthFacts(Json.object(), 0, List.of(), "", 0);

  public HealthFacts {
    recent = List.copyOf(recent);
  }

  HealthFacts withChannels(ObjectNode status) {
    return new HealthFacts(status, sessions, recent, model, contextTokens);
  }

  HealthFacts withSessions(long count, List<JsonNode> latest, SessionRules rules) {
    return new HealthFacts(channels, count, latest, rules.model().id(), rules.contextTokens());
  }
}
