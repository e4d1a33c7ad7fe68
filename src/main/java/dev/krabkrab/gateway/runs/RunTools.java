package dev.krabkrab.gateway.runs;

import dev.krabkrab.gateway.agents.AgentTool;
import dev.krabkrab.gateway.agents.TurnService;
import dev.krabkrab.gateway.sessions.ConversationService;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What runs are carried out with.
 *
 * @param tools that agents may use where their rules allow it
 * @param deliveries sends answers where they were asked for
 * @param modelCheck what is wrong with a model, by its name, for people; empty when nothing is
 */
public record RunTools(
    Vertx vertx,
    ConversationService conversations,
    TurnService turns,
    List<AgentTool> tools,
    UsageNotes usage,
    RunDeliveries deliveries,
    UnaryOperator<String> modelCheck,
    InstantSource clock) {
  public RunTools {
    tools = List.copyOf(tools);
  }
}
