package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.AgentTool;
import dev.krabkrab.gateway.agent.agents.AuthorityService;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.rpc.InternalCalls;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Calls the gateway's methods for an agent, on behalf of whoever it works for, as long as that one
 * may have it done.
 */
final class AgentCaller {
  static final String CLIENT = "gateway-agent";

  private final InternalCalls calls;
  private final InstantSource clock;
  private final AuthorityService rights;
  private final @Nullable Set<String> scopes;

  /** With the scopes of whoever the agent works for. */
  AgentCaller(InternalCalls calls, InstantSource clock, AuthorityService rights) {
    this(calls, clock, rights, null);
  }

  private AgentCaller(
      InternalCalls calls,
      InstantSource clock,
      AuthorityService rights,
      @Nullable Set<String> scopes) {
    this.calls = calls;
    this.clock = clock;
    this.rights = rights;
    this.scopes = scopes == null ? null : Set.copyOf(scopes);
  }

  /**
   * With scopes of its own, for a tool whose steps are the gateway's: it reads its own policy and
   * asks people, which gives nobody anything.
   */
  AgentCaller with(Set<String> own) {
    return new AgentCaller(calls, clock, rights, own);
  }

  Future<JsonNode> call(AgentTool.Use use, String method, ObjectNode params) {
    return rights
        .require(use.authority())
        .compose(still -> calls.call(method, caller(use), params, () -> !use.run().isOver()));
  }

  /** Calls a method that takes something back, whoever may still have what done. */
  Future<JsonNode> takeBack(AgentTool.Use use, String method, ObjectNode params) {
    return calls.call(method, caller(use), params, () -> true);
  }

  private Caller caller(AgentTool.Use use) {
    return use.authority().caller("run:" + use.runId(), CLIENT, scopes, clock.millis());
  }
}
