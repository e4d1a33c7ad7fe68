package dev.krabkrab.gateway.agent.tools;

import dev.krabkrab.gateway.platform.net.Cidr;
import java.net.InetAddress;
import java.util.List;

/** Recognises public addresses: all but those set aside for something else. */
final class PublicNetwork {
  private static final List<Cidr> SET_ASIDE =
      ranges(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/3",
          // What carries an IPv4 address inside, and what is for documents.
          "2001::/23",
          "2001:db8::/32",
          "2002::/16");

  private static final List<Cidr> GIVEN_OUT = ranges("0.0.0.0/0", "2000::/3");

  private PublicNetwork() {}

  private static List<Cidr> ranges(String... texts) {
    return List.of(texts).stream().map(Cidr::parse).toList();
  }

  static boolean has(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    String plain = zone < 0 ? text : text.substring(0, zone);
    return lies(GIVEN_OUT, plain) && !lies(SET_ASIDE, plain);
  }

  private static boolean lies(List<Cidr> ranges, String address) {
    return ranges.stream().anyMatch(range -> range.contains(address));
  }
}
