package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.nodes.AgentRequests;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.Ids;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.rpc.InternalCalls;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks agents for nodes as a chat client would. */
final class NodeAsks implements AgentRequests {
  private static final Logger LOG = LoggerFactory.getLogger(NodeAsks.class);
  private static final Set<String> WRITE = Set.of("operator.write");

  private final InternalCalls calls;
  private final Ids ids;
  private final InstantSource clock;

  NodeAsks(InternalCalls calls, Ids ids, InstantSource clock) {
    this.calls = calls;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public void ask(
      boolean spoken,
      String sessionKey,
      String message,
      @Nullable String thinking,
      long timeoutMs) {
    ObjectNode params =
        Json.object()
            .put("sessionKey", sessionKey)
            .put("message", message)
            .put("idempotencyKey", (spoken ? "voice-" : "node-") + ids.uuid());
    Json.putIfPresent(params, "thinking", thinking);
    if (timeoutMs > 0) {
      params.put("timeoutMs", timeoutMs);
    }
    calls
        .call(
            "chat.send",
            Caller.inside("node", "gateway-nodes", WRITE, clock.millis()),
            params,
            () -> true)
        .onFailure(e -> LOG.warn("a node's request started no run: {}", e.getMessage()));
  }
}
