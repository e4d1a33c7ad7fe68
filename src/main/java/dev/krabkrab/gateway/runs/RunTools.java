package dev.krabkrab.gateway.runs;

import dev.krabkrab.gateway.agents.AgentTool;
import dev.krabkrab.gateway.agents.TurnService;
import dev.krabkrab.gateway.heartbeat.SystemEventService;
import dev.krabkrab.gateway.models.ContextLimits;
import dev.krabkrab.gateway.sessions.CompactionService;
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
 * @param events what has happened, for each session's next turn
 * @param limits what models take at once
 * @param modelCheck what is wrong with a model, by its name, for people; empty when nothing is
 */
public record RunTools(
    Vertx vertx,
    ConversationService conversations,
    CompactionService compactions,
    SystemEventService events,
    TurnService turns,
    List<AgentTool> tools,
    UsageNotes usage,
    RunDeliveries deliveries,
    UnaryOperator<String> modelCheck,
    ContextLimits limits,
    InstantSource clock) {
  public RunTools {
    tools = List.copyOf(tools);
  }
}
