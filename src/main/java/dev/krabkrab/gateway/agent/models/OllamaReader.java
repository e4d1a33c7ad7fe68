package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Reads answers of Ollama's {@code /api/chat}: lines, the last of which is {@code done}. */
final class OllamaReader implements AnswerReader {
  private final AnswerParts parts;
  private final Reasoning reasoning = new Reasoning();
  private String reason = "";
  private boolean over;

  OllamaReader(AnswerParts parts) {
    this.parts = parts;
  }

  @Override
  public State value(@Nullable String event, JsonNode value) {
    boolean known = value.path("message").isObject() || value.has("done");
    ProviderError error = known ? ProviderError.in(value) : ProviderError.inOther(value);
    if (error != null) {
      throw error.failure();
    }
    JsonNode message = value.path("message");
    if (reasoning.add(message)) {
      parts.thought();
    }
    parts.text(message.path("content"));
    // Each of them is whole, whatever numbers they have.
    for (JsonNode call : message.path("tool_calls")) {
      JsonNode function = call.path("function");
      parts
          .calls()
          .addWhole(
              call.path("id").asText(""),
              function.path("name").asText(""),
              function.path("arguments"));
    }
    over = value.path("done").asBoolean();
    if (over) {
      reason = value.path("done_reason").asText("");
      parts.usage(
          new ModelUsage(
              Math.max(0, value.path("prompt_eval_count").asLong()),
              Math.max(0, value.path("eval_count").asLong()),
              0,
              0));
    }
    return over ? State.OVER : State.OPEN;
  }

  @Override
  public State done() {
    return State.OVER;
  }

  @Override
  public ModelAnswer answer() {
    if (!over) {
      throw new ModelFailure("the answer broke off: its last line did not come", true);
    }
    // Older servers do not say why they are done.
    ModelAnswer answer = parts.answer(reason.isBlank() ? "stop" : reason, "done_reason", null);
    return answer.calls().isEmpty()
        ? answer
        : new ModelAnswer(
            answer.text(), answer.calls(), answer.usage(), reasoning.block(), answer.stopReason());
  }
}
