package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.AgentTool;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * Tools that the client of a run carries out itself, and the results of those that were called.
 * Protocol 04 §21.
 *
 * @param maxTokens of each answer of the model; 0 leaves that to the provider
 * @param required whether the model has to call one of the tools first
 */
public record ClientTools(List<Tool> tools, List<Output> outputs, int maxTokens, boolean required) {
  /** Nothing. */
  public static final ClientTools NONE = new ClientTools(List.of(), List.of(), 0, false);

  /**
   * A tool that ends a run when the model calls it: the client is to go on.
   *
   * @param parameters JSON Schema of its arguments
   */
  public record Tool(String name, String description, ObjectNode parameters) implements AgentTool {
    @Override
    public boolean isOfClient() {
      return true;
    }

    @Override
    public Future<Result> call(Use use, ObjectNode arguments) {
      return Future.succeededFuture(Result.failed("the client carries this tool out"));
    }
  }

  /**
   * The result of a call.
   *
   * @param callId as the model gave it
   */
  public record Output(String callId, String text) {}

  public ClientTools {
    tools = List.copyOf(tools);
    outputs = List.copyOf(outputs);
  }

  void encode(ObjectNode into) {
    if (!tools.isEmpty()) {
      ArrayNode all = into.putArray("clientTools");
      for (Tool tool : tools) {
        all.addObject()
            .put("name", tool.name())
            .put("description", tool.description())
            .set("parameters", tool.parameters());
      }
    }
    if (!outputs.isEmpty()) {
      ArrayNode all = into.putArray("clientOutputs");
      outputs.forEach(
          done -> all.addObject().put("callId", done.callId()).put("text", done.text()));
    }
    if (maxTokens > 0) {
      into.put("maxTokens", maxTokens);
    }
    if (required) {
      into.put("toolRequired", true);
    }
  }

  static ClientTools decode(JsonNode json) {
    List<Tool> tools = new ArrayList<>();
    for (JsonNode tool : json.path("clientTools")) {
      ObjectNode parameters =
          tool.path("parameters") instanceof ObjectNode given ? given : Json.object();
      tools.add(
          new Tool(tool.path("name").asText(), tool.path("description").asText(), parameters));
    }
    List<Output> outputs = new ArrayList<>();
    for (JsonNode done : json.path("clientOutputs")) {
      outputs.add(new Output(done.path("callId").asText(), done.path("text").asText()));
    }
    return new ClientTools(
        tools, outputs, json.path("maxTokens").asInt(), json.path("toolRequired").asBoolean());
  }
}
