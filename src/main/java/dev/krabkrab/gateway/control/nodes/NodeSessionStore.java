package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.platform.redis.LuaScript;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** The sessions and runs that invokes named to nodes, in Redis, each with an end. Fails closed. */
final class NodeSessionStore {
  private static final LuaScript CONNECTED = LuaScript.load("lua/control/nodes/connected.lua");
  private static final LuaScript OF_SESSION = LuaScript.load("lua/control/nodes/of_session.lua");
  private static final LuaScript OF_RUN = LuaScript.load("lua/control/nodes/of_run.lua");

  /** A day, as long as an invoke may wait. */
  private static final String LIFE_MS = Long.toString(24L * 60 * 60 * 1_000);

  private static final String MOST_SESSIONS = "200";
  private static final String MOST_RUNS = "2000";

  private final RedisLink redis;

  NodeSessionStore(RedisLink redis) {
    this.redis = redis;
  }

  /**
   * Notes what a node is about to be requested to do.
   *
   * @param session canonical, or empty
   * @param run or empty
   */
  Future<Void> connected(String node, String session, String run) {
    return redis
        .run(
            CONNECTED,
            List.of(sessions(node), ends(node), runs(node)),
            List.of(LIFE_MS, MOST_SESSIONS, MOST_RUNS, session, run))
        .mapEmpty();
  }

  /** How long it is connected with a session, in milliseconds. */
  Future<Long> ofSession(String node, String session) {
    return redis
        .run(OF_SESSION, List.of(sessions(node)), List.of(session))
        .map(answer -> answer.toLong());
  }

  /**
   * The session for which a node was requested to carry a run out, empty text for none.
   *
   * @param last whether the run is over with that
   */
  Future<Optional<String>> ofRun(String node, String run, boolean last) {
    return redis
        .run(OF_RUN, List.of(ends(node), runs(node)), List.of(run, last ? "1" : "0"))
        .map(
            answer ->
                answer.size() == 0 ? Optional.empty() : Optional.of(answer.get(0).toString()));
  }

  private String sessions(String node) {
    return key(node, "sessions");
  }

  private String ends(String node) {
    return key(node, "runs-by-end");
  }

  private String runs(String node) {
    return key(node, "runs");
  }

  private String key(String node, String what) {
    return redis.settings().key("heard:" + node, what);
  }
}
