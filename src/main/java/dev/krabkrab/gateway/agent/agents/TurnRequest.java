package dev.krabkrab.gateway.agent.agents;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.Thinking;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import java.util.List;

/**
 * The input of one turn of an agent.
 *
 * @param use whose turn it is
 * @param models to ask, the next one when one fails
 * @param system instructions for the model; may be empty
 * @param messages of the conversation, the oldest first; the last one is to be answered
 * @param tools that may be used
 * @param thinking before each answer, where a model can
 * @param maxTokens of each answer of a model; 0 leaves that to the provider
 * @param clientToolFirst whether the first answer has to call a tool that the client carries out
 */
public record TurnRequest(
    AgentTool.Use use,
    List<ModelName> models,
    String system,
    List<ObjectNode> messages,
    List<AgentTool> tools,
    Thinking thinking,
    int maxTokens,
    boolean clientToolFirst) {
  public TurnRequest {
    models = List.copyOf(models);
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
  }
}
