package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.runs.ClientTools;
import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import java.util.ArrayList;
import java.util.List;

/**
 * The parsed body of {@code /v1/chat/completions}. Protocol 04 §20.
 *
 * @param prompt the conversation, folded
 * @param tools of the client
 * @param outputs results of its tools that the conversation ends with, since the model spoke last
 */
record ChatInput(Prompt prompt, ToolChoice tools, List<ClientTools.Output> outputs) {
  private static final String LEGACY =
      ": not served; send \"tools\" and \"tool_choice\", which say the same";

  ChatInput {
    outputs = List.copyOf(outputs);
  }

  /**
   * Looks at everything but the messages.
   *
   * @throws BadBody for what is not in the protocol, or not served
   */
  static void check(ObjectNode body) {
    AgentHttp.model(body);
    for (String field : List.of("functions", "function_call")) {
      if (body.hasNonNull(field)) {
        throw new BadBody(400, field + LEGACY);
      }
    }
    ToolChoice.of(body);
  }

  /**
   * Reads one that was looked at, and whose files are in itself.
   *
   * @throws BadBody for what is not in the protocol, or not served
   */
  static ChatInput read(ObjectNode body) {
    ToolChoice tools = ToolChoice.of(body);
    JsonNode messages = body.path("messages");
    Prompt prompt = Prompt.ofChat(messages, tools.instruction());
    List<ClientTools.Output> outputs = new ArrayList<>();
    InputParts parts = new InputParts();
    for (int i = messages.size() - 1; i >= 0 && isOutput(messages.path(i)); i--) {
      JsonNode message = messages.path(i);
      outputs.addFirst(
          new ClientTools.Output(
              message.path("tool_call_id").asText(), parts.text(message.path("content"))));
    }
    return new ChatInput(prompt, tools, outputs);
  }

  private static boolean isOutput(JsonNode message) {
    return message.path("role").asText().equals("tool") && message.hasNonNull("tool_call_id");
  }

  boolean isEmpty() {
    return prompt.message().isBlank() && prompt.images().isEmpty();
  }

  /** In a session that is kept the calls are still open; elsewhere the conversation tells them. */
  boolean goesOn(boolean keptSession) {
    return keptSession && !outputs.isEmpty();
  }

  ClientTools client(boolean keptSession) {
    return new ClientTools(
        tools.tools(), goesOn(keptSession) ? outputs : List.of(), 0, tools.required());
  }
}
