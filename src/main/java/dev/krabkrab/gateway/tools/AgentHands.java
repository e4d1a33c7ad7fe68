package dev.krabkrab.gateway.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agents.AgentTool;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.rpc.InternalCalls;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Calls the gateway's methods for an agent, on behalf of whoever it works for. */
final class AgentHands {
  static final String CLIENT = "gateway-agent";

  private final InternalCalls calls;
  private final InstantSource clock;
  private final @Nullable Set<String> scopes;

  /** With the scopes of whoever the agent works for. */
  AgentHands(InternalCalls calls, InstantSource clock) {
    this(calls, clock, null);
  }

  /**
   * With scopes of its own, for a tool whose steps are the gateway's: it reads its own policy and
   * asks people, which gives nobody anything.
   */
  AgentHands(InternalCalls calls, InstantSource clock, @Nullable Set<String> scopes) {
    this.calls = calls;
    this.clock = clock;
    this.scopes = scopes == null ? null : Set.copyOf(scopes);
  }

  Future<JsonNode> call(AgentTool.Use use, String method, ObjectNode params) {
    Caller agent = use.authority().caller("run:" + use.runId(), CLIENT, scopes, clock.millis());
    return calls.call(method, agent, params, () -> !use.run().isOver());
  }
}
