package dev.krabkrab.gateway.agent.agents;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelAnswer.ToolCall;
import dev.krabkrab.gateway.platform.protocol.Json;

/** Writes results of tools as transcripts hold them. Protocol 04 §18. */
final class ToolResults {
  private ToolResults() {}

  static ObjectNode message(ToolCall call, AgentTool.Result done, long atMs) {
    ObjectNode message =
        Json.object()
            .put("role", "toolResult")
            .put("toolCallId", call.id())
            .put("toolName", call.name())
            .put("isError", done.failed())
            .put("timestamp", atMs);
    ArrayNode content = message.putArray("content");
    content.addObject().put("type", "text").put("text", done.text());
    for (AgentTool.Image image : done.images()) {
      content
          .addObject()
          .put("type", "image")
          .put("mimeType", image.mimeType())
          .put("data", image.data());
    }
    message.set("details", done.details());
    return message;
  }
}
