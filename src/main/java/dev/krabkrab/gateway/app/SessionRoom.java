package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.chat.ChatMethods;
import dev.krabkrab.gateway.chat.ConversationEvents;
import dev.krabkrab.gateway.nodes.NodeService;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.rpc.InternalCalls;
import dev.krabkrab.gateway.rpc.MethodBus;
import dev.krabkrab.gateway.sessions.HistoryService;
import dev.krabkrab.gateway.sessions.SessionMethods;
import dev.krabkrab.gateway.sessions.SessionService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Set;

/** Sessions and what is said in them, with a connection of their own: long reads hold up nobody. */
final class SessionRoom {
  private static final Set<String> WRITE = Set.of("operator.write");

  private SessionRoom() {}

  static Future<Void> open(Vertx own, Core core, MethodBus bus, NodeService nodes) {
    RedisLink link = RedisLink.create(own, core.redis());
    SessionService sessions =
        new SessionService(link, () -> core.settings().sessions(), core.ids(), core.clock());
    HistoryService histories =
        new HistoryService(link, () -> core.settings().sessions(), core.ids(), core.clock());
    InternalCalls calls = new InternalCalls(bus, core.ids());
    ConversationEvents events = new SessionNews(core, nodes);
    bus.serve(
        new SessionMethods(
                sessions,
                key -> endRuns(core, calls, key),
                (key, reason) -> events.changed(key, Json.object().put("reason", reason)),
                new ConnectionFollowing(core.connections()))
            .handlers());
    bus.serve(new ChatMethods(histories, events).handlers());
    return link.ready().mapEmpty();
  }

  private static Future<?> endRuns(Core core, InternalCalls calls, String key) {
    Caller inside = Caller.inside("sessions", "gateway-sessions", WRITE, core.clock().millis());
    return calls.call("chat.abort", inside, Json.object().put("sessionKey", key), () -> true);
  }
}
