package dev.krabkrab.gateway.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What a model answered.
 *
 * @param text what it said; may be empty
 * @param calls of tools, in their order
 * @param stopReason {@code stop}, {@code length} or {@code toolUse}. Protocol 04 §8
 */
public record ModelAnswer(String text, List<ToolCall> calls, ModelUsage usage, String stopReason) {
  public ModelAnswer {
    calls = List.copyOf(calls);
  }

  /**
   * One call of a tool.
   *
   * @param id given by the model
   */
  public record ToolCall(String id, String name, ObjectNode arguments) {}
}
