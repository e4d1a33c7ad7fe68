package dev.krabkrab.gateway.agent.runs;

import dev.krabkrab.gateway.agent.agents.AgentTool;
import dev.krabkrab.gateway.agent.agents.AuthorityService;
import dev.krabkrab.gateway.agent.agents.TurnService;
import dev.krabkrab.gateway.agent.heartbeat.SystemEventService;
import dev.krabkrab.gateway.agent.models.ContextLimits;
import dev.krabkrab.gateway.agent.sessions.CompactionService;
import dev.krabkrab.gateway.agent.sessions.ConversationService;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The collaborators that runs are carried out with.
 *
 * @param tools that agents may use where their rules allow it
 * @param rights whether the requester may still have it done
 * @param deliveries sends answers where they were requested
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
    AuthorityService rights,
    UsageListener usage,
    RunDeliveries deliveries,
    UnaryOperator<String> modelCheck,
    ContextLimits limits,
    InstantSource clock,
    RandomGenerator random) {
  public RunTools {
    tools = List.copyOf(tools);
  }
}
