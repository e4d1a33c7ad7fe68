package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a model.
 *
 * @param text what it said; may be empty
 * @param calls of tools, in their order
 * @param thought what it thought before that, as its provider wants it back; null when there was
 *     none
 * @param stopReason {@code stop}, {@code length} or {@code toolUse}. Protocol 04 §8
 */
public record ModelAnswer(
    String text,
    List<ToolCall> calls,
    ModelUsage usage,
    @Nullable ObjectNode thought,
    String stopReason) {
  public ModelAnswer {
    calls = List.copyOf(calls);
  }

  /** Without a thought. */
  public ModelAnswer(String text, List<ToolCall> calls, ModelUsage usage, String stopReason) {
    this(text, calls, usage, null, stopReason);
  }

  /**
   * One call of a tool.
   *
   * @param id given by the model
   */
  public record ToolCall(String id, String name, ObjectNode arguments) {}
}
