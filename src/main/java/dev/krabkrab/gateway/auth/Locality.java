package dev.krabkrab.gateway.auth;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection comes from. Protocol 01b §4.4.
 *
 * @param local made on the gateway's own host, not through a stranger's proxy
 * @param reportedIp what presence and records show; null for local clients and doubtful addresses
 * @param clientIp best knowledge of the client's address, for limits and logs
 * @param mayApproveSilently local, and local clients may be paired without asking
 */
public record Locality(
    boolean local, @Nullable String reportedIp, String clientIp, boolean mayApproveSilently) {

  private static final List<Cidr> LOOPBACK = List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1"));
  private static final List<Cidr> TAILNET =
      List.of(Cidr.parse("100.64.0.0/10"), Cidr.parse("fd7a:115c:a1e0::/48"));
  private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "::1");
  private static final String MAPPED_V4 = "::ffff:";

  /**
   * Settings of one instance.
   *
   * @param trustedProxies whose forwarding headers are believed
   * @param ownAddresses addresses of this host; only tailnet ones matter
   * @param localAutoApproval whether local clients are paired silently
   */
  public record Settings(
      List<Cidr> trustedProxies, Set<String> ownAddresses, boolean localAutoApproval) {}

  /** Whether a socket's peer is one of the trusted proxies. */
  public static boolean isTrustedProxy(String peerAddress, Settings settings) {
    return Cidr.anyContains(settings.trustedProxies(), normalise(peerAddress));
  }

  /** Judges a connection by its socket peer and the headers of its upgrade request. */
  public static Locality of(String peerAddress, MultiMap headers, Settings settings) {
    String remote = normalise(peerAddress);
    boolean trusted = Cidr.anyContains(settings.trustedProxies(), remote);
    String clientIp = trusted ? forwardedClient(headers, settings, remote) : remote;
    boolean forwarded =
        headers.contains("x-forwarded-for")
            || headers.contains("x-real-ip")
            || headers.contains("x-forwarded-host");
    boolean loopback = Cidr.anyContains(LOOPBACK, clientIp);
    boolean local =
        (!forwarded || trusted)
            && (loopback || isOwnTailnet(clientIp, settings))
            && isLocalHost(hostName(headers.get("host")), settings);
    String reportedIp = local || loopback || (forwarded && !trusted) ? null : clientIp;
    return new Locality(local, reportedIp, clientIp, local && settings.localAutoApproval());
  }

  /**
   * The right-most element that no trusted proxy wrote about another trusted proxy: whatever stands
   * further left may be the client's invention.
   */
  private static String forwardedClient(MultiMap headers, Settings settings, String remote) {
    List<String> chain = new ArrayList<>();
    String all = String.join(",", headers.getAll("x-forwarded-for"));
    for (String element : all.split(",", -1)) {
      if (!element.isBlank()) {
        chain.add(withoutPort(element));
      }
    }
    for (String element : chain.reversed()) {
      if (!Cidr.anyContains(settings.trustedProxies(), element)) {
        return element;
      }
    }
    if (!chain.isEmpty()) {
      return chain.getFirst();
    }
    String realIp = headers.get("x-real-ip");
    return realIp == null || realIp.isBlank() ? remote : withoutPort(realIp);
  }

  private static boolean isOwnTailnet(String address, Settings settings) {
    return Cidr.anyContains(TAILNET, address) && settings.ownAddresses().contains(address);
  }

  private static boolean isLocalHost(String host, Settings settings) {
    return LOCAL_NAMES.contains(host) || host.endsWith(".ts.net") || isOwnTailnet(host, settings);
  }

  private static String hostName(@Nullable String header) {
    String host = header == null ? "" : header.strip().toLowerCase(Locale.ROOT);
    if (host.startsWith("[")) {
      int end = host.indexOf(']');
      return end < 0 ? "" : host.substring(1, end);
    }
    int colon = host.indexOf(':');
    return colon < 0 ? host : host.substring(0, colon);
  }

  private static String withoutPort(String element) {
    String text = element.strip();
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      return normalise(end < 0 ? text : text.substring(1, end));
    }
    int colon = text.indexOf(':');
    boolean hasPort = colon >= 0 && colon == text.lastIndexOf(':') && text.indexOf('.') >= 0;
    return normalise(hasPort ? text.substring(0, colon) : text);
  }

  private static String normalise(String address) {
    String lower = address.strip().toLowerCase(Locale.ROOT);
    return lower.startsWith(MAPPED_V4) && lower.indexOf('.') >= 0
        ? lower.substring(MAPPED_V4.length())
        : lower;
  }
}
