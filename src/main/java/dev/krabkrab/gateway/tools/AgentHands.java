package dev.krabkrab.gateway.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agents.AgentTool;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.rpc.InternalCalls;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Set;

/** Calls the gateway's methods in the name of an agent, which may do less than an operator. */
final class AgentHands {
  private static final String CLIENT = "gateway-agent";

  private final InternalCalls calls;
  private final InstantSource clock;
  private final Set<String> scopes;

  /**
   * @param scopes that the agent holds
   */
  AgentHands(InternalCalls calls, InstantSource clock, Set<String> scopes) {
    this.calls = calls;
    this.clock = clock;
    this.scopes = Set.copyOf(scopes);
  }

  Future<JsonNode> call(AgentTool.Use use, String method, ObjectNode params) {
    Caller agent = Caller.inside("run:" + use.runId(), CLIENT, scopes, clock.millis());
    return calls.call(method, agent, params, () -> !use.run().isOver());
  }
}
