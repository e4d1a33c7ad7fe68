package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.Authority;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * The requester of a run.
 *
 * @param authority what its tools may do
 * @param via sessions whose runs led to this one, the first one first; none when no agent is the
 *     requester
 */
public record RunRequester(Authority authority, List<String> via) {
  /** Nobody that tools would do anything for. */
  static final RunRequester NOBODY = new RunRequester(Authority.NONE, List.of());

  public RunRequester {
    via = List.copyOf(via);
  }

  RunRequester by(Authority other) {
    return new RunRequester(other, via);
  }

  RunRequester via(List<String> sessions) {
    return new RunRequester(authority, sessions);
  }

  void encode(ObjectNode json) {
    json.set("authority", authority.toJson());
    if (!via.isEmpty()) {
      json.set("via", Json.texts(via));
    }
  }

  static RunRequester decode(JsonNode json) {
    List<String> via = new ArrayList<>();
    json.path("via").forEach(key -> via.add(key.asText()));
    return new RunRequester(Authority.of(json.path("authority")), via);
  }
}
