package dev.krabkrab.gateway.agent.agents;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelAnswer;
import dev.krabkrab.gateway.agent.models.ModelAnswer.ToolCall;
import dev.krabkrab.gateway.agent.models.ModelPrices;
import dev.krabkrab.gateway.agent.models.ModelService;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.InstantSource;
import java.util.function.Supplier;

/** Writes answers of models as transcripts hold them, with their cost. Protocol 04 §8. */
record TurnTranscript(ModelService models, Supplier<ObjectNode> document, InstantSource clock) {
  ObjectNode said(ModelName name, ModelAnswer answer) {
    ObjectNode message = Json.object().put("role", "assistant");
    ArrayNode content = message.putArray("content");
    if (answer.thought() != null) {
      content.add(answer.thought());
    }
    if (!answer.text().isEmpty()) {
      content.addObject().put("type", "text").put("text", answer.text());
    }
    for (ToolCall call : answer.calls()) {
      content
          .addObject()
          .put("type", "toolCall")
          .put("id", call.id())
          .put("name", call.name())
          .set("arguments", call.arguments());
    }
    ObjectNode used = answer.usage().toJson();
    used.set("cost", ModelPrices.of(document.get()).of(name).toJson(answer.usage()));
    message
        .put("api", models.api(name))
        .put("provider", name.provider())
        .put("model", name.id())
        .put("stopReason", answer.stopReason())
        .put("timestamp", clock.millis());
    message.set("usage", used);
    return message;
  }
}
