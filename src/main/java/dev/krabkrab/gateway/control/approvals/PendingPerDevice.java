package dev.krabkrab.gateway.control.approvals;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * How many undecided approvals each device requested over this instance, and how many bytes of
 * them, also those whose requester is gone. Bounds what one device can make every approver look at,
 * and Redis keep: a device that requests over several instances has this much on each. Used on the
 * approvals' context only.
 */
final class PendingPerDevice {
  private final int most;
  private final long mostBytes;
  private final InstantSource clock;
  private final Map<String, Map<String, Open>> open = new HashMap<>();
  private final Map<String, String> devices = new HashMap<>();

  private record Open(long deadlineMs, long bytes) {}

  PendingPerDevice(int most, long mostBytes, InstantSource clock) {
    this.most = most;
    this.mostBytes = mostBytes;
    this.clock = clock;
  }

  /** Whether it may ask for one more at all. */
  boolean hasRoom(String device) {
    return fits(device, () -> of(device).size() < most);
  }

  /** Whether it may ask for so many bytes more. */
  boolean hasRoom(String device, long bytes) {
    return fits(device, () -> bytes(of(device)) + bytes <= mostBytes);
  }

  private boolean fits(String device, BooleanSupplier fits) {
    if (fits.getAsBoolean()) {
      return true;
    }
    long now = clock.millis();
    of(device).entrySet().stream()
        .filter(approval -> approval.getValue().deadlineMs() <= now)
        .map(Map.Entry::getKey)
        .toList()
        .forEach(this::resolved);
    return fits.getAsBoolean();
  }

  /** Approvals of the device that requested most of them. */
  int most() {
    return open.values().stream().mapToInt(Map::size).max().orElse(0);
  }

  /** Bytes of the device that requested most of them. */
  long mostBytes() {
    return open.values().stream().mapToLong(PendingPerDevice::bytes).max().orElse(0);
  }

  void requested(String device, String key, long bytes, long remainingMs) {
    devices.put(key, device);
    open.computeIfAbsent(device, first -> new HashMap<>())
        .put(key, new Open(clock.millis() + remainingMs, bytes));
  }

  /** The approval was decided or is over; of no effect for one requested elsewhere. */
  void resolved(String key) {
    String device = devices.remove(key);
    if (device != null) {
      open.computeIfPresent(
          device,
          (same, approvals) -> {
            approvals.remove(key);
            return approvals.isEmpty() ? null : approvals;
          });
    }
  }

  private Map<String, Open> of(String device) {
    return open.getOrDefault(device, Map.of());
  }

  private static long bytes(Map<String, Open> approvals) {
    return approvals.values().stream().mapToLong(Open::bytes).sum();
  }
}
