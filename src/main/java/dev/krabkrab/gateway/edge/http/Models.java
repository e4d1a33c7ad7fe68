package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.edge.http.AgentHttp.Runner;
import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * Agents as OpenAI's clients know models: {@code GET /v1/models} and one of them.
 *
 * @param agents by their ids
 * @param clock a model is as old as its answer
 */
record Models(Supplier<List<String>> agents, Runner runner, InstantSource clock) {
  private static final String DEFAULT_MODEL = "openclaw";

  ObjectNode list() {
    ObjectNode json = Json.object().put("object", "list");
    var rows = json.putArray("data");
    agents.get().forEach(agent -> rows.add(model("openclaw:" + agent)));
    return json;
  }

  /**
   * One by any of the names that it can be asked by.
   *
   * @throws BadBody 404 for a name of none
   */
  ObjectNode named(String name) {
    if (!name.equals(DEFAULT_MODEL)) {
      String agent = AgentSession.ofModel(name);
      if (agent == null) {
        throw AgentSession.unknown(name);
      }
      if (!AgentSession.isDefault(runner, agent)) {
        AgentSession.known(runner, agent);
      }
    }
    return model(name);
  }

  private ObjectNode model(String id) {
    return Json.object()
        .put("id", id)
        .put("object", "model")
        .put("created", clock.millis() / 1000)
        .put("owned_by", "krabkrab");
  }
}
