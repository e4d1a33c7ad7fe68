package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads answers of OpenAI's chat completions and of the many that speak so.
 *
 * <p>A {@code finish_reason} is needed: it is the model's server that says so, while {@code [DONE]}
 * is also written by proxies whose server has broken off, and by some servers never.
 */
final class OpenAiReader implements AnswerReader {
  private final AnswerParts parts;
  private final Reasoning reasoning = new Reasoning();
  private String reason = "";
  private @Nullable String choice;

  OpenAiReader(AnswerParts parts) {
    this.parts = parts;
  }

  @Override
  public State value(@Nullable String event, JsonNode value) {
    ProviderError error =
        value.has("choices") ? ProviderError.in(value) : ProviderError.inOther(value);
    if (error != null) {
      throw error.failure();
    }
    usage(value.path("usage"));
    usage(value.at("/x_groq/usage"));
    for (JsonNode one : value.path("choices")) {
      ProviderError inside = ProviderError.in(one);
      if (inside != null) {
        throw inside.failure();
      }
      String index = one.path("index").asText("0");
      choice = choice == null ? index : choice;
      // One was requested.
      if (choice.equals(index)) {
        usage(one.path("usage"));
        choice(one);
      }
    }
    return reason.isEmpty() ? State.OPEN : State.WHOLE;
  }

  private void choice(JsonNode one) {
    piece(one.path("delta"));
    // Some do not stream although they were asked to.
    piece(one.path("message"));
    String finish = one.path("finish_reason").asText("");
    reason = finish.isBlank() ? reason : finish;
  }

  private void piece(JsonNode piece) {
    if (reasoning.add(piece)) {
      parts.thought();
    }
    JsonNode content = piece.path("content");
    parts.text(content);
    for (JsonNode block : content) {
      if (block.path("type").asText().contains("think")) {
        parts.thought();
      } else {
        parts.text(block.path("text"));
      }
    }
    parts.text(piece.path("refusal"));
    parts.calls().addAll(piece.path("tool_calls"));
    JsonNode old = piece.path("function_call");
    if (old.isObject()) {
      parts.calls().add("0", "", old.path("name").asText(""), old.path("arguments"), false);
    }
  }

  private void usage(JsonNode used) {
    long input = used.path("prompt_tokens").asLong();
    long output = used.path("completion_tokens").asLong();
    if (input > 0 || output > 0) {
      long cached = used.at("/prompt_tokens_details/cached_tokens").asLong();
      cached = cached > 0 ? cached : used.path("prompt_cache_hit_tokens").asLong();
      cached = Math.max(0, Math.min(input, cached));
      parts.usage(new ModelUsage(input - cached, output, cached, 0));
    }
  }

  @Override
  public State done() {
    return State.OVER;
  }

  @Override
  public ModelAnswer answer() {
    if (reason.isEmpty()) {
      throw new ModelFailure("the answer broke off: it came without a finish_reason", true);
    }
    ModelAnswer answer = parts.answer(reason, "finish_reason", null);
    return answer.calls().isEmpty()
        ? answer
        : new ModelAnswer(
            answer.text(), answer.calls(), answer.usage(), reasoning.block(), answer.stopReason());
  }
}
