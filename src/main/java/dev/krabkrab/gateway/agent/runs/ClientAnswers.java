package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts the results of a client's tools where the model's calls wait for it. What answers no call
 * becomes part of the message, so that nothing a client says is lost. Protocol 04 §21.
 *
 * @param results for the transcript, in their order
 * @param rest what answers no call, for people and models; may be empty
 */
record ClientAnswers(List<ObjectNode> results, String rest) {
  /**
   * Finds the calls that the last messages left open.
   *
   * @param messages of the conversation, the oldest first
   */
  static ClientAnswers of(List<ClientTools.Output> outputs, List<ObjectNode> messages, long now) {
    Map<String, String> open = open(messages);
    List<ObjectNode> results = new ArrayList<>();
    List<String> rest = new ArrayList<>();
    for (ClientTools.Output output : outputs) {
      String tool = open.remove(output.callId());
      if (tool == null) {
        rest.add("Tool: " + output.text());
      } else {
        results.add(result(output, tool, now));
      }
    }
    return new ClientAnswers(results, String.join("\n", rest));
  }

  /** Names of tools by the ids of their calls. */
  private static Map<String, String> open(List<ObjectNode> messages) {
    Map<String, String> open = new HashMap<>();
    for (ObjectNode message : messages) {
      switch (message.path("role").asText()) {
        case "toolResult" -> open.remove(message.path("toolCallId").asText());
        case "user" -> open.clear();
        default -> {
          for (JsonNode block : message.path("content")) {
            if (block.path("type").asText().equals("toolCall")) {
              open.put(block.path("id").asText(), block.path("name").asText());
            }
          }
        }
      }
    }
    return open;
  }

  private static ObjectNode result(ClientTools.Output output, String tool, long now) {
    ObjectNode message =
        Json.object()
            .put("role", "toolResult")
            .put("toolCallId", output.callId())
            .put("toolName", tool)
            .put("isError", false)
            .put("timestamp", now);
    message.putArray("content").addObject().put("type", "text").put("text", output.text());
    message.putObject("details").put("status", "completed");
    return message;
  }
}
