package dev.krabkrab.gateway.presence;

import dev.krabkrab.gateway.protocol.StateVersion;
import java.util.concurrent.atomic.AtomicLong;

/** The highest versions this instance has seen of both snapshots. Safe from any thread. */
final class StateVersions {
  private final AtomicLong presence = new AtomicLong();
  private final AtomicLong health = new AtomicLong();

  long presence() {
    return presence.get();
  }

  long health() {
    return health.get();
  }

  void sawPresence(long version) {
    presence.accumulateAndGet(version, Math::max);
  }

  void sawHealth(long version) {
    health.accumulateAndGet(version, Math::max);
  }

  StateVersion current() {
    return new StateVersion(presence.get(), health.get());
  }
}
