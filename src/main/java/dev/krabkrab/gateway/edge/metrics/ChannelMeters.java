package dev.krabkrab.gateway.edge.metrics;

import dev.krabkrab.gateway.channel.ChannelMetrics;
import dev.krabkrab.gateway.channel.ChannelProvider;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Messages by channel, of those there are, and what became of them. */
final class ChannelMeters implements ChannelMetrics {
  private final Map<String, EnumCounter<Outcome>> channels;

  ChannelMeters(Meters meters) {
    channels =
        installed().stream()
            .collect(Collectors.toUnmodifiableMap(Function.identity(), id -> tally(meters, id)));
  }

  private static EnumCounter<Outcome> tally(Meters meters, String channel) {
    return new EnumCounter<>(
        Outcome.class,
        EnumSet.allOf(Outcome.class),
        outcome -> meters.counter(Series.MESSAGES, channel, outcome.label()));
  }

  /** The ids of all channels, set up or not. */
  static List<String> installed() {
    return ServiceLoader.load(ChannelProvider.class).stream()
        .map(provider -> provider.get().id())
        .distinct()
        .toList();
  }

  @Override
  public void count(String channel, Outcome outcome) {
    EnumCounter<Outcome> known = channels.get(channel);
    if (known != null) {
      known.count(outcome);
    }
  }
}
