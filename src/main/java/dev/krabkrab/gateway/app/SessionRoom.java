package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.chat.ChatMethods;
import dev.krabkrab.gateway.nodes.NodeService;
import dev.krabkrab.gateway.redis.RedisLink;
import dev.krabkrab.gateway.rpc.MethodBus;
import dev.krabkrab.gateway.sessions.SessionMethods;
import dev.krabkrab.gateway.sessions.SessionService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Sessions and what is said in them, with a connection of their own: long reads hold up nobody. */
final class SessionRoom {
  private SessionRoom() {}

  static Future<Void> open(Vertx own, Core core, MethodBus bus, NodeService nodes) {
    RedisLink link = RedisLink.create(own, core.redis());
    SessionService sessions =
        new SessionService(link, () -> core.settings().sessions(), core.ids(), core.clock());
    bus.serve(new SessionMethods(sessions).handlers());
    bus.serve(new ChatMethods(sessions, RunRoom.events(core, nodes)).handlers());
    return link.ready().mapEmpty();
  }
}
