package dev.krabkrab.gateway.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agents.Authority;
import dev.krabkrab.gateway.protocol.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Who wants a run.
 *
 * @param authority what its tools may do
 * @param via sessions whose runs led to this one, the first one first; none when no agent asked
 */
public record Asker(Authority authority, List<String> via) {
  /** Nobody that tools would do anything for. */
  static final Asker NOBODY = new Asker(Authority.NONE, List.of());

  public Asker {
    via = List.copyOf(via);
  }

  Asker by(Authority other) {
    return new Asker(other, via);
  }

  Asker via(List<String> sessions) {
    return new Asker(authority, sessions);
  }

  void encode(ObjectNode json) {
    json.set("authority", authority.toJson());
    if (!via.isEmpty()) {
      json.set("via", Json.texts(via));
    }
  }

  static Asker decode(JsonNode json) {
    List<String> via = new ArrayList<>();
    json.path("via").forEach(key -> via.add(key.asText()));
    return new Asker(Authority.of(json.path("authority")), via);
  }
}
