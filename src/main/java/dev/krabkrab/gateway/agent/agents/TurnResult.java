package dev.krabkrab.gateway.agent.agents;

import dev.krabkrab.gateway.agent.models.ModelAnswer.ToolCall;
import dev.krabkrab.gateway.agent.models.ModelUsage;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import org.jspecify.annotations.Nullable;

/**
 * The result of a turn that succeeded.
 *
 * @param text all that was said, trimmed
 * @param model that said it
 * @param usage of all rounds together
 * @param context tokens that the last round read and wrote
 * @param call that the client is to carry out; null when there is none
 */
public record TurnResult(
    String text, ModelName model, ModelUsage usage, long context, @Nullable ToolCall call) {}
