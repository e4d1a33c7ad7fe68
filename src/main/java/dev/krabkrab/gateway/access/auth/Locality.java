package dev.krabkrab.gateway.access.auth;

import dev.krabkrab.gateway.platform.net.Cidr;
import dev.krabkrab.gateway.platform.transport.PeerAddress;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection or a request comes from. A header takes nothing but a right away: what makes a
 * client local is the peer of its socket, which has to be on this host, whatever anybody writes.
 * Protocol 01b §4.4.
 *
 * @param local made on the gateway's own host, not through a stranger's proxy
 * @param reportedIp what presence and records show; null for local clients and doubtful addresses
 * @param clientIp best knowledge of the client's address, for limits and logs; that of the proxy
 *     when what it says is not clear
 * @param mayApproveSilently local, and local clients may be paired without asking
 */
public record Locality(
    boolean local, @Nullable String reportedIp, String clientIp, boolean mayApproveSilently) {

  private static final List<Cidr> LOOPBACK = List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1"));
  private static final List<Cidr> TAILNET =
      List.of(Cidr.parse("100.64.0.0/10"), Cidr.parse("fd7a:115c:a1e0::/48"));
  private static final Set<String> LOCAL_NAMES = Set.of("localhost", "127.0.0.1", "::1");

  /**
   * Settings of one instance.
   *
   * @param trustedProxies whose forwarding headers are believed
   * @param ownAddresses addresses of this host; only tailnet ones matter
   * @param localAutoApproval whether local clients are paired silently
   * @param proxyProtocol whether trusted proxies name their clients by the PROXY protocol
   */
  public record Settings(
      List<Cidr> trustedProxies,
      Set<String> ownAddresses,
      boolean localAutoApproval,
      boolean proxyProtocol) {
    /** Of an instance whose peers speak for themselves. */
    public Settings(
        List<Cidr> trustedProxies, Set<String> ownAddresses, boolean localAutoApproval) {
      this(trustedProxies, ownAddresses, localAutoApproval, false);
    }

    boolean trusts(String address) {
      return Cidr.anyContains(trustedProxies, address);
    }
  }

  /**
   * Whether the headers of a request are those of a trusted proxy. One that names its clients by
   * the PROXY protocol lets their headers pass, so there the client has to be such a proxy too.
   */
  public static boolean isTrustedProxy(PeerAddress peer, Settings settings) {
    boolean trusted = settings.trusts(ForwardedChain.normalised(peer.socket()));
    return settings.proxyProtocol()
        ? trusted
            && !peer.named().equals(peer.socket())
            && settings.trusts(ForwardedChain.normalised(peer.named()))
        : trusted;
  }

  /** Whether the peer of a socket may name its clients. */
  public static boolean mayName(String address, Settings settings) {
    return settings.trusts(ForwardedChain.normalised(address));
  }

  /** Judges a connection by whom its socket comes from and the headers of its request. */
  public static Locality of(PeerAddress peer, MultiMap headers, Settings settings) {
    return settings.proxyProtocol()
        ? named(peer, headers, settings)
        : of(peer.socket(), headers, settings);
  }

  /**
   * Whom a proxy names by the PROXY protocol is never local, and neither is whom it does not name:
   * what comes over such a port comes from elsewhere.
   */
  private static Locality named(PeerAddress peer, MultiMap headers, Settings settings) {
    String proxy = ForwardedChain.normalised(peer.socket());
    String client = ForwardedChain.normalised(peer.named());
    boolean known = settings.trusts(proxy) && !client.equals(proxy) && !isOwn(client, settings);
    return known ? of(client, headers, settings) : of(false, null, proxy, settings);
  }

  /** Judges a connection by its socket peer and the headers of its (upgrade) request. */
  public static Locality of(String peerAddress, MultiMap headers, Settings settings) {
    String peer = ForwardedChain.normalised(peerAddress);
    return settings.trusts(peer)
        ? behindProxy(peer, headers, settings)
        : direct(peer, headers, settings);
  }

  /** Whose wrong secrets, and whose requests, are counted together. */
  public String subject() {
    return RateLimitSubject.of(clientIp);
  }

  /**
   * Under which name the sockets of an address are counted together; null for this host and for
   * trusted proxies, where many clients come from.
   */
  public static @Nullable String countedAs(String address, Settings settings) {
    String peer = ForwardedChain.normalised(address);
    return isLoopback(peer) || settings.trusts(peer) ? null : RateLimitSubject.of(peer);
  }

  private static Locality direct(String peer, MultiMap headers, Settings settings) {
    boolean proxied = ProxySigns.any(headers);
    boolean local = !proxied && isOwn(peer, settings) && hasLocalHost(headers, settings);
    boolean remote = !proxied && !isLoopback(peer);
    return of(local, remote ? peer : null, peer, settings);
  }

  private static Locality behindProxy(String peer, MultiMap headers, Settings settings) {
    if (!ProxySigns.any(headers)) {
      // The proxy itself, say a probe of it.
      return of(
          isOwn(peer, settings) && hasLocalHost(headers, settings),
          isLoopback(peer) ? null : peer,
          peer,
          settings);
    }
    ForwardedChain.Client client = ForwardedChain.client(headers, settings);
    if (client == null) {
      return of(false, null, peer, settings);
    }
    // An address is one of this host only if all who passed it on are here.
    boolean here =
        isOwn(peer, settings)
            && client.hops().stream().allMatch(hop -> isOwn(hop, settings))
            && isOwn(client.address(), settings);
    boolean local =
        here
            && ForwardedChain.isPresent(headers)
            && !ProxySigns.beyondForwarding(headers)
            && hasLocalHost(headers, settings)
            && ForwardedChain.hosts(headers).stream()
                .allMatch(host -> isLocalHost(HostClaims.nameIn(host), settings));
    if (!here && isOwn(client.address(), settings)) {
      return of(false, null, peer, settings);
    }
    return of(
        local, isLoopback(client.address()) ? null : client.address(), client.address(), settings);
  }

  private static Locality of(
      boolean local, @Nullable String reported, String clientIp, Settings settings) {
    return new Locality(
        local, local ? null : reported, clientIp, local && settings.localAutoApproval());
  }

  private static boolean isLoopback(String address) {
    return Cidr.anyContains(LOOPBACK, address);
  }

  private static boolean isOwn(String address, Settings settings) {
    return isLoopback(address) || isOwnTailnet(address, settings);
  }

  private static boolean isOwnTailnet(String address, Settings settings) {
    return Cidr.anyContains(TAILNET, address) && settings.ownAddresses().contains(address);
  }

  private static boolean hasLocalHost(MultiMap headers, Settings settings) {
    List<String> hosts = headers.getAll("host");
    return hosts.size() == 1 && isLocalHost(HostClaims.nameIn(hosts.getFirst()), settings);
  }

  private static boolean isLocalHost(String host, Settings settings) {
    return LOCAL_NAMES.contains(host) || host.endsWith(".ts.net") || isOwnTailnet(host, settings);
  }
}
