package dev.krabkrab.gateway.access.auth;

import io.netty.util.NetUtil;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the headers of a trusted proxy whom it forwards: {@code Forwarded} of RFC 7239, {@code
 * X-Forwarded-For} and, without either, {@code X-Real-IP}. Where both are given they have to agree.
 */
final class ForwardedChain {
  private static final String UNKNOWN = "";
  private static final String MAPPED_V4 = "::ffff:";

  private ForwardedChain() {}

  /**
   * Whom a request comes from.
   *
   * @param address an IP address, normalised
   * @param hops addresses of the proxies it passed, as they say, without the peer of the socket
   */
  record Client(String address, List<String> hops) {}

  /** The client, or null when it is not named, not clear, or named in two ways that differ. */
  static @Nullable Client client(MultiMap headers, Locality.Settings settings) {
    List<String> standard = headers.getAll("forwarded");
    List<String> usual = headers.getAll("x-forwarded-for");
    List<String> single = headers.getAll("x-real-ip");
    if (standard.isEmpty() && usual.isEmpty()) {
      return single.size() == 1 ? pick(List.of(address(single.getFirst())), settings) : null;
    }
    Client byStandard = standard.isEmpty() ? null : pick(forwarded(standard), settings);
    Client byUsual = usual.isEmpty() ? null : pick(listed(usual), settings);
    Client client = standard.isEmpty() ? byUsual : byStandard;
    boolean agree = standard.isEmpty() || usual.isEmpty() || Objects.equals(byStandard, byUsual);
    return client != null && agree && agrees(client, single) ? client : null;
  }

  /** A proxy that sets the one header alone lets a client's own other header pass. */
  private static boolean agrees(Client client, List<String> single) {
    return single.stream()
        .map(ForwardedChain::address)
        .allMatch(real -> real.equals(client.address()) || client.hops().contains(real));
  }

  /** Whether one of the headers that name every hop is there. */
  static boolean isPresent(MultiMap headers) {
    return headers.contains("forwarded") || headers.contains("x-forwarded-for");
  }

  /** The names the client addressed, as far as the headers tell. */
  static List<String> hosts(MultiMap headers) {
    var hosts = new ArrayList<String>();
    for (String line : headers.getAll("x-forwarded-host")) {
      hosts.addAll(List.of(line.split(",", -1)));
    }
    ForwardedElements.read(headers.getAll("forwarded"))
        .forEach(
            element -> {
              String host = element.get("host");
              if (host != null) {
                hosts.add(host);
              }
            });
    return hosts;
  }

  /**
   * The right-most element that no trusted proxy wrote about another trusted proxy: whatever stands
   * further left may be the client's invention.
   */
  private static @Nullable Client pick(List<String> chain, Locality.Settings settings) {
    for (int at = chain.size() - 1; at >= 0; at--) {
      String element = chain.get(at);
      if (at == 0 || !settings.trusts(element)) {
        return element.equals(UNKNOWN)
            ? null
            : new Client(element, List.copyOf(chain.subList(at + 1, chain.size())));
      }
    }
    return null;
  }

  private static List<String> listed(List<String> lines) {
    var chain = new ArrayList<String>();
    for (String element : String.join(",", lines).split(",", -1)) {
      if (!element.isBlank()) {
        chain.add(address(element));
      }
    }
    return chain;
  }

  private static List<String> forwarded(List<String> lines) {
    return ForwardedElements.read(lines).stream()
        .map(element -> element.getOrDefault("for", UNKNOWN))
        .map(ForwardedChain::address)
        .toList();
  }

  /** An element without its port; {@link #UNKNOWN} for what is no address. */
  private static String address(String element) {
    String text = element.strip();
    String host = text;
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      host = end < 0 ? UNKNOWN : text.substring(1, end);
    } else {
      int colon = text.indexOf(':');
      boolean hasPort = colon >= 0 && colon == text.lastIndexOf(':') && text.indexOf('.') >= 0;
      host = hasPort ? text.substring(0, colon) : text;
    }
    String address = normalised(host);
    return NetUtil.createByteArrayFromIpAddressString(address) == null ? UNKNOWN : address;
  }

  static String normalised(String address) {
    String lower = address.strip().toLowerCase(Locale.ROOT);
    return lower.startsWith(MAPPED_V4) && lower.indexOf('.') >= 0
        ? lower.substring(MAPPED_V4.length())
        : lower;
  }
}
