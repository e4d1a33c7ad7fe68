package dev.krabkrab.gateway.agents;

import dev.krabkrab.gateway.models.ModelUsage;
import dev.krabkrab.gateway.sessions.SessionRules.ModelName;

/**
 * How a turn ended well.
 *
 * @param text all that was said, trimmed
 * @param model that said it
 * @param usage of all rounds together
 * @param context tokens that the last round read and wrote
 */
public record TurnResult(String text, ModelName model, ModelUsage usage, long context) {}
