package dev.krabkrab.gateway.access.auth;

import io.netty.util.NetUtil;
import java.util.Arrays;

/** Whose wrong secrets are counted together. */
final class RateLimitSubject {
  /** Bytes of an IPv6 address that name a network; its owner picks the rest at will. */
  private static final int NETWORK_BYTES = 8;

  private static final int V4_BYTES = 4;

  private RateLimitSubject() {}

  /** A device, wherever it comes from. */
  static String ofDevice(String deviceId) {
    return "device " + deviceId;
  }

  /** An IPv4 address, the /64 network of an IPv6 address, or {@code unknown}. */
  static String of(String clientIp) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(clientIp);
    if (bytes == null) {
      return "unknown";
    }
    if (bytes.length == V4_BYTES) {
      return NetUtil.bytesToIpAddress(bytes);
    }
    Arrays.fill(bytes, NETWORK_BYTES, bytes.length, (byte) 0);
    return NetUtil.bytesToIpAddress(bytes) + "/64";
  }
}
