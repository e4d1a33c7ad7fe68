package dev.krabkrab.gateway.edge.http;

import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.channel.ChannelService;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds where answers to hooks go besides. Safe from any thread. */
record HookRoutes(AgentServices work, ChannelService service) implements Hooks.Ways {
  @Override
  public Future<List<String>> channels() {
    return service.configured();
  }

  @Override
  public Future<DeliveryContext> way(
      @Nullable String channel, @Nullable String to, String sessionKey) {
    return work.way(channel, to, sessionKey);
  }
}
