package dev.krabkrab.gateway.approvals;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/**
 * How many undecided approvals each device asked for over this instance, also those whose asker is
 * gone. Bounds what one device can make every approver look at, and Redis keep. Used on the room's
 * context only.
 */
final class AskedByDevice {
  private final int most;
  private final InstantSource clock;
  private final Map<String, Map<String, Long>> deadlines = new HashMap<>();
  private final Map<String, String> devices = new HashMap<>();

  AskedByDevice(int most, InstantSource clock) {
    this.most = most;
    this.clock = clock;
  }

  boolean hasRoom(String device) {
    Map<String, Long> open = deadlines.getOrDefault(device, Map.of());
    if (open.size() < most) {
      return true;
    }
    long now = clock.millis();
    open.entrySet().stream()
        .filter(approval -> approval.getValue() <= now)
        .map(Map.Entry::getKey)
        .toList()
        .forEach(this::ended);
    return open.size() < most;
  }

  /** Approvals of the device that asked for most of them. */
  int most() {
    return deadlines.values().stream().mapToInt(Map::size).max().orElse(0);
  }

  void asked(String device, String key, long remainingMs) {
    devices.put(key, device);
    deadlines
        .computeIfAbsent(device, first -> new HashMap<>())
        .put(key, clock.millis() + remainingMs);
  }

  /** The approval was decided or is over; of no effect for one asked for elsewhere. */
  void ended(String key) {
    String device = devices.remove(key);
    if (device != null) {
      deadlines.computeIfPresent(
          device,
          (same, open) -> {
            open.remove(key);
            return open.isEmpty() ? null : open;
          });
    }
  }
}
