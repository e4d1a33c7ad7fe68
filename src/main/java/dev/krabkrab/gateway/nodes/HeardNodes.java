package dev.krabkrab.gateway.nodes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Ids;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.redis.RedisLink;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Connects nodes with the sessions they are asked for, so that they are heard there. */
final class HeardNodes {
  private static final String RUN = "runId";

  private final NodeSessions sessions;
  private final Ids ids;

  HeardNodes(
      Vertx vertx,
      RedisLink link,
      CommandPolicy policy,
      NodeNeighbours others,
      InstantSource clock,
      Ids ids) {
    this.sessions =
        new NodeSessions(
            vertx, new NodeSessionStore(link), policy::now, others.sessionKey(), clock);
    this.ids = ids;
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
