package dev.krabkrab.gateway.edge.health;

import dev.krabkrab.gateway.channel.ChannelService;
import io.vertx.core.Future;

/** The health of the channels' accounts. */
public record ChannelHealth(ChannelService channels) implements HealthContributor {
  @Override
  public Future<HealthFacts> contribute(HealthFacts facts) {
    return channels.status(0).map(facts::withChannels);
  }
}
