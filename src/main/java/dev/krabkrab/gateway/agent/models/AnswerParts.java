package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelAnswer.ToolCall;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The parts of an answer that are the same in all APIs, and what makes them an answer. */
final class AnswerParts {
  private static final int LONGEST = 16 * 1024 * 1024;

  /**
   * Whether an answer may be without words, because the request was nothing but results of tools.
   */
  private final boolean mayBeEmpty;

  private final Consumer<String> onText;
  private final StringBuilder text = new StringBuilder();
  private final ToolCallAssembler calls;
  private ModelUsage usage = ModelUsage.NONE;
  private boolean thought;

  private static final Set<String> ENDS =
      Set.of(
          "stop",
          "end_turn",
          "stop_sequence",
          "tool_calls",
          "tool_use",
          "function_call",
          "eos",
          "eos_token",
          "complete",
          "completed");
  private static final Set<String> CUTS =
      Set.of(
          "length",
          "max_tokens",
          "max_output_tokens",
          "model_length",
          "model_context_window_exceeded");
  private static final Set<String> PASSING =
      Set.of("error", "network_error", "insufficient_system_resource", "abort", "cancelled");

  AnswerParts(Consumer<String> onText, ToolCallAssembler calls, boolean mayBeEmpty) {
    this.onText = onText;
    this.calls = calls;
    this.mayBeEmpty = mayBeEmpty;
  }

  ToolCallAssembler calls() {
    return calls;
  }

  void text(JsonNode piece) {
    if (piece.isTextual()) {
      text(piece.textValue());
    }
  }

  private void text(String piece) {
    if (!piece.isEmpty()) {
      text.append(piece);
      bounded(text.length());
      onText.accept(piece);
    }
  }

  /** An answer without an end must not fill the memory of the instance. */
  static void bounded(int length) {
    if (length > LONGEST) {
      throw new ModelFailure("the answer does not end: it is given up", false);
    }
  }

  /** Something was thought, whether it is kept or not. */
  void thought() {
    thought = true;
  }

  void usage(ModelUsage counted) {
    usage = counted;
  }

  ModelUsage usage() {
    return usage;
  }

  /**
   * What all of it comes to.
   *
   * @param reason the finish reason of the API
   * @param named the name of the field that says so
   * @param kept what was thought, as its provider wants it back
   */
  ModelAnswer answer(String reason, String named, @Nullable ObjectNode kept) {
    String code = reason.toLowerCase(Locale.ROOT);
    String where = " (" + named + ": " + ProviderErrorText.safe(reason) + ")";
    boolean cut = CUTS.contains(code);
    if (!cut && !ENDS.contains(code)) {
      throw new ModelFailure(
          "the provider ended the answer before it was whole" + where, PASSING.contains(code));
    }
    List<ToolCall> toolCalls = calls.calls(cut);
    if (cut && !toolCalls.isEmpty()) {
      throw new ModelFailure(
          "the answer was cut in a call of a tool" + where + ": allow the model more maxTokens",
          false);
    }
    String said = text.toString();
    if (toolCalls.isEmpty() && said.isBlank() && (cut || !mayBeEmpty)) {
      throw new ModelFailure(
          (thought ? "the model thought, but said nothing" : "the model said nothing")
              + where
              + (cut ? ": allow it more maxTokens" : ""),
          !cut);
    }
    String stop = toolCalls.isEmpty() ? "stop" : "toolUse";
    return new ModelAnswer(said, toolCalls, usage, kept, cut ? "length" : stop);
  }
}
