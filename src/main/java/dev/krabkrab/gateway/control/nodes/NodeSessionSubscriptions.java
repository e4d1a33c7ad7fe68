package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Vertx;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Opens to nodes the sessions that invokes name, so that their events count there. */
final class NodeSessionSubscriptions {
  private static final String RUN = "runId";

  private final NodeSessions sessions;
  private final Ids ids;

  NodeSessionSubscriptions(
      Vertx vertx,
      RedisLink link,
      CommandPolicy policy,
      UnaryOperator<String> sessionKey,
      Platform platform) {
    this.sessions =
        new NodeSessions(
            vertx, new NodeSessionStore(link), policy::now, sessionKey, platform.clock());
    this.ids = platform.ids();
  }

  NodeSessions sessions() {
    return sessions;
  }

  /**
   * Notes an invoke that goes out now. A run for a session gets an id, if it has none: what the
   * node tells of it bears that id, or is not believed.
   */
  InvokeRequest noted(InvokeRequest request) {
    if (!request.command().equals(RunGuard.COMMAND)
        || !(request.params() instanceof ObjectNode params)) {
      sessions.invoked(request.nodeId(), request.sessionKey(), null);
      return request;
    }
    String inner = Json.nonBlank(params, "sessionKey");
    @Nullable String session = inner == null ? request.sessionKey() : inner;
    String run = Json.nonBlank(params, RUN);
    InvokeRequest named = request;
    if (run == null && session != null) {
      run = ids.uuid();
      named = request.withParams(params.deepCopy().put(RUN, run));
    }
    sessions.invoked(request.nodeId(), session, run);
    return named;
  }
}
