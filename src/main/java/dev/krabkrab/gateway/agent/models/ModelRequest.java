package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import java.util.List;

/**
 * A request to a model.
 *
 * @param system instructions about its task; may be empty
 * @param messages of the conversation, as transcripts hold them, the oldest first. Protocol 04 §8
 * @param tools it may call
 * @param thinking before it answers, where the model can
 * @param maxTokens of its answer; 0 leaves that to the provider
 * @param toolRequired whether it has to call one of the tools, where the provider can make it
 */
public record ModelRequest(
    ModelName model,
    String system,
    List<ObjectNode> messages,
    List<Tool> tools,
    Thinking thinking,
    int maxTokens,
    boolean toolRequired) {
  public ModelRequest {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
  }

  /**
   * A tool as the model sees it.
   *
   * @param parameters JSON Schema of an object
   */
  public record Tool(String name, String description, ObjectNode parameters) {}
}
