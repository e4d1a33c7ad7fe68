package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.channels.ChannelService;
import dev.krabkrab.gateway.http.Hooks;
import dev.krabkrab.gateway.sessions.DeliveryContext;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds where answers to hooks go besides. Safe from any thread. */
record HookWays(AgentWork work, ChannelService service) implements Hooks.Ways {
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
