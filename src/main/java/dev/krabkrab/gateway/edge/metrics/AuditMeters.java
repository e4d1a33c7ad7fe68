package dev.krabkrab.gateway.edge.metrics;

import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.access.audit.AuditMetrics;
import java.util.EnumSet;
import java.util.concurrent.atomic.LongAdder;

/** Entries of the audit trail by action, and those that wait. */
final class AuditMeters implements AuditMetrics {
  private final LongAdder waiting = new LongAdder();
  private final LongAdder dropped;
  private final EnumCounter<AuditAction> entered;

  AuditMeters(Meters meters) {
    meters.gauge(Series.AUDIT_WAITING, waiting, LongAdder::sum);
    dropped = meters.counter(Series.AUDIT_DROPPED);
    entered =
        new EnumCounter<>(
            AuditAction.class,
            EnumSet.allOf(AuditAction.class),
            action -> meters.counter(Series.AUDIT_ENTRIES, action.wire()));
  }

  @Override
  public void queued(int change) {
    waiting.add(change);
  }

  @Override
  public void entered(AuditAction action) {
    entered.count(action);
  }

  @Override
  public void dropped() {
    dropped.increment();
  }
}
