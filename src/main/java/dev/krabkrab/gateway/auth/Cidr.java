package dev.krabkrab.gateway.auth;

import io.netty.util.NetUtil;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A range of IP addresses, or a single one. Immutable. */
public final class Cidr {
  private final byte[] network;
  private final int prefix;

  private Cidr(byte[] network, int prefix) {
    this.network = network;
    this.prefix = prefix;
  }

  /**
   * Reads {@code 10.0.0.0/8}, {@code fd00::/8} or a bare address.
   *
   * @throws IllegalArgumentException when the text is neither
   */
  public static Cidr parse(String text) {
    String trimmed = text.strip();
    int slash = trimmed.indexOf('/');
    byte[] network = bytes(slash < 0 ? trimmed : trimmed.substring(0, slash));
    if (network == null) {
      throw new IllegalArgumentException("not an IP address or CIDR range: " + text);
    }
    int prefix = slash < 0 ? network.length * 8 : prefix(trimmed.substring(slash + 1), text);
    if (prefix > network.length * 8) {
      throw new IllegalArgumentException("prefix too long: " + text);
    }
    return new Cidr(network, prefix);
  }

  /** Whether the address lies in the range; false for anything that is not an address. */
  public boolean contains(String address) {
    byte[] bytes = bytes(address);
    if (bytes == null || bytes.length != network.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit += 8) {
      int mask = prefix - bit >= 8 ? 0xff : 0xff << (8 - (prefix - bit)) & 0xff;
      if (((bytes[bit / 8] ^ network[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  static boolean anyContains(List<Cidr> ranges, String address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }

  private static byte @Nullable [] bytes(String address) {
    return NetUtil.createByteArrayFromIpAddressString(address);
  }

  private static int prefix(String digits, String text) {
    if (!digits.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException("prefix is not a number: " + text);
    }
    return Integer.parseInt(digits);
  }
}
