package dev.krabkrab.gateway.access.presence;

import dev.krabkrab.gateway.platform.protocol.StateVersion;
import java.util.concurrent.atomic.AtomicLong;

/** The highest versions this instance has seen of both snapshots. Safe from any thread. */
public final class StateVersions {
  private final AtomicLong presence = new AtomicLong();
  private final AtomicLong health = new AtomicLong();

  long presence() {
    return presence.get();
  }

  /** The highest version of the health snapshot. */
  public long health() {
    return health.get();
  }

  void sawPresence(long version) {
    presence.accumulateAndGet(version, Math::max);
  }

  /** A version of the health snapshot was seen. */
  public void sawHealth(long version) {
    health.accumulateAndGet(version, Math::max);
  }

  /** Both. */
  public StateVersion current() {
    return new StateVersion(presence.get(), health.get());
  }
}
