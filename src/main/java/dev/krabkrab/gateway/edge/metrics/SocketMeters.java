package dev.krabkrab.gateway.edge.metrics;

import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.EventType.Delivery;
import dev.krabkrab.gateway.platform.transport.SocketMetrics;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/** Deliveries by event. What is sent to one connection alone is no delivery: it has no number. */
final class SocketMeters implements SocketMetrics {
  private final EnumCounter<EventType> delivered;
  private final EnumCounter<EventType> dropped;
  private final LongAdder slow;
  private final EnumCounter<Cut> cuts;

  SocketMeters(Meters meters) {
    delivered =
        new EnumCounter<>(
            EventType.class,
            types(type -> type.delivery() != Delivery.DIRECT),
            type -> meters.counter(Series.DELIVERED, type.wire(), label(type.delivery())));
    dropped =
        new EnumCounter<>(
            EventType.class,
            types(EventType::mayBeDropped),
            type -> meters.counter(Series.DROPPED, type.wire()));
    slow = meters.counter(Series.SLOW_CLOSES);
    cuts =
        new EnumCounter<>(
            Cut.class,
            List.of(Cut.values()),
            cut -> meters.counter(Series.CUTS, cut.name().toLowerCase(Locale.ROOT)));
  }

  @Override
  public void delivered(EventType type) {
    delivered.count(type);
  }

  @Override
  public void dropped(EventType type) {
    dropped.count(type);
  }

  @Override
  public void closedSlow() {
    slow.increment();
  }

  @Override
  public void cut(Cut reason) {
    cuts.count(reason);
  }

  private static List<EventType> types(Predicate<EventType> wanted) {
    return Arrays.stream(EventType.values()).filter(wanted).toList();
  }

  private static String label(Delivery delivery) {
    return delivery.name().toLowerCase(Locale.ROOT);
  }
}
