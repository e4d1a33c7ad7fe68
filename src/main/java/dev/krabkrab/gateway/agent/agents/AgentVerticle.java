package dev.krabkrab.gateway.agent.agents;

import dev.krabkrab.gateway.agent.sessions.SessionRules;
import dev.krabkrab.gateway.platform.Platform;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Serves {@code agents.*}: what the gateway document says of agents. Protocol 04 §14. */
public final class AgentVerticle extends VerticleBase {
  private final Platform platform;

  public AgentVerticle(Platform platform) {
    this.platform = platform;
  }

  @Override
  public Future<?> start() {
    platform
        .bus()
        .serve(
            new AgentMethods(platform.section(AgentCatalog::of), platform.section(SessionRules::of))
                .handlers());
    return Future.succeededFuture();
  }
}
