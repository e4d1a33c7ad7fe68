package dev.krabkrab.gateway.platform.protocol;

import org.jspecify.annotations.Nullable;

/** The protocol versions served, with the limits each promises. Protocol 01a, 05 §1, §7. */
public enum ProtocolVersion {
  V3(3, 512 * 1024, 3 * 512 * 1024),
  V4(4, 25 * 1024 * 1024, 3 * 512 * 1024);

  /** Largest message taken before hello-ok, in bytes. */
  public static final int PREAUTH_MAX_PAYLOAD = 64 * 1024;

  private final int number;
  private final int maxPayload;
  private final int maxBufferedBytes;

  ProtocolVersion(int number, int maxPayload, int maxBufferedBytes) {
    this.number = number;
    this.maxPayload = maxPayload;
    this.maxBufferedBytes = maxBufferedBytes;
  }

  public int number() {
    return number;
  }

  /** Largest message taken after hello-ok, in bytes. */
  public int maxPayload() {
    return maxPayload;
  }

  /** What {@code policy.maxBufferedBytes} announces, in bytes. */
  public int maxBufferedBytes() {
    return maxBufferedBytes;
  }

  /** Returns the highest version within the range, or null when none is. */
  public static @Nullable ProtocolVersion negotiate(double min, double max) {
    if (min <= V4.number && V4.number <= max) {
      return V4;
    }
    return min <= V3.number && V3.number <= max ? V3 : null;
  }

  /** Returns the served version nearest to a range that holds none of them. */
  public static ProtocolVersion nearest(double max) {
    return max < V3.number ? V3 : V4;
  }
}
