package dev.krabkrab.gateway.access.pairing;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * Spreads devices over 64 aggregates, so that what belongs to one device lies together in Redis and
 * lists need a fixed number of reads. The mapping is stored data: it must never change.
 */
public final class Buckets {
  /** How many device aggregates there are. */
  public static final int COUNT = 64;

  private static final int SPARE_BITS = 2;

  private Buckets() {}

  /** Bucket of a device, 0 to 63. */
  public static int device(String deviceId) {
    var crc = new CRC32();
    crc.update(deviceId.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % COUNT);
  }

  /** The aggregate (hash tag) of a bucket: {@code dev:00} to {@code dev:63}. */
  public static String aggregate(int bucket) {
    return bucket < 10 ? "dev:0" + bucket : "dev:" + bucket;
  }

  /** The aggregate of a device. */
  public static String aggregate(String deviceId) {
    return aggregate(device(deviceId));
  }

  /** A request id, still a version 4 UUID, whose first six bits name the bucket. */
  static String requestId(int bucket, UUID random) {
    long rest = random.getMostSignificantBits() << (8 - SPARE_BITS) >>> (8 - SPARE_BITS);
    long marked = ((long) bucket << (64 - 8 + SPARE_BITS)) | rest;
    return new UUID(marked, random.getLeastSignificantBits()).toString();
  }

  /** The bucket a request id names; empty when it is no such id. */
  static OptionalInt ofRequest(String requestId) {
    if (requestId.length() != 36) {
      return OptionalInt.empty();
    }
    int high = Character.digit(requestId.charAt(0), 16);
    int low = Character.digit(requestId.charAt(1), 16);
    return high < 0 || low < 0
        ? OptionalInt.empty()
        : OptionalInt.of((high << 4 | low) >> SPARE_BITS);
  }
}
