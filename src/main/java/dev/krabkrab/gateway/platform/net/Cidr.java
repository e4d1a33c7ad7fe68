package dev.krabkrab.gateway.platform.net;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range of IP addresses, or a single one. An IPv4 address in the form of an IPv6 one is an IPv6
 * address here, and zones do not count. Immutable.
 */
public final class Cidr {
  private final IpSubnetFilterRule rule;

  private Cidr(InetAddress network, int prefix) {
    this.rule = new IpSubnetFilterRule(network, prefix, IpFilterRuleType.ACCEPT);
  }

  /**
   * Reads {@code 10.0.0.0/8}, {@code fd00::/8} or a bare address.
   *
   * @throws IllegalArgumentException when the text is neither
   */
  public static Cidr parse(String text) {
    String trimmed = text.strip();
    int slash = trimmed.indexOf('/');
    InetAddress network = address(slash < 0 ? trimmed : trimmed.substring(0, slash));
    if (network == null) {
      throw new IllegalArgumentException("not an IP address or CIDR range: " + text);
    }
    int bits = network.getAddress().length * Byte.SIZE;
    int prefix = slash < 0 ? bits : prefix(trimmed.substring(slash + 1), text);
    if (prefix > bits) {
      throw new IllegalArgumentException("prefix too long: " + text);
    }
    return new Cidr(network, prefix);
  }

  /** Whether the address lies in the range; false for anything that is not an address. */
  public boolean contains(String address) {
    InetAddress read = address(address);
    return read != null && rule.matches(new InetSocketAddress(read, 0));
  }

  /** Whether one of the ranges contains the address. */
  public static boolean anyContains(List<Cidr> ranges, String address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }

  /** Never asks a name server, whatever the text. */
  private static @Nullable InetAddress address(String text) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
    try {
      return bytes == null
          ? null
          : bytes.length == Integer.BYTES
              ? InetAddress.getByAddress(bytes)
              : Inet6Address.getByAddress(null, bytes, -1);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 bytes or 16", e);
    }
  }

  private static int prefix(String digits, String text) {
    if (!digits.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException("prefix is not a number: " + text);
    }
    return Integer.parseInt(digits);
  }
}
