package dev.krabkrab.gateway.platform.net;

import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way out of this instance: which requests and WebSockets go through an HTTP proxy. Every
 * client of HTTP is made with it: {@link BoundedHttp}, {@link BoundedSockets} and those of the JDK.
 * Immutable.
 *
 * @param secure the proxy of https and wss, or null for none; asked for a tunnel
 * @param plain the proxy of http and ws, or null for none
 * @param except what is reached without
 */
public record Egress(@Nullable HttpProxy secure, @Nullable HttpProxy plain, NoProxy except) {

  /** Without a proxy. */
  public static final Egress DIRECT = new Egress(null, null, NoProxy.NONE);

  private static final int SECURE_PORT = 443;
  private static final int PLAIN_PORT = 80;

  /** The proxy on the way to a target, or null when there is none. */
  public @Nullable HttpProxy to(boolean tls, String host, int port) {
    HttpProxy proxy = tls ? secure : plain;
    return proxy == null || except.covers(host, port) ? null : proxy;
  }

  /** The proxy on the way to an address, or null when there is none. */
  public @Nullable HttpProxy to(URI address) {
    boolean tls =
        "https".equalsIgnoreCase(address.getScheme())
            || "wss".equalsIgnoreCase(address.getScheme());
    int usual = tls ? SECURE_PORT : PLAIN_PORT;
    return address.getHost() == null
        ? null
        : to(tls, address.getHost(), address.getPort() < 0 ? usual : address.getPort());
  }

  /**
   * The proxy on the way to the target of a request, or null when there is none. One whose address
   * is known already goes without where its name or its address does.
   */
  @Nullable HttpProxy of(RequestOptions request) {
    String host = request.getHost();
    Integer port = request.getPort();
    boolean tls = Boolean.TRUE.equals(request.isSsl());
    int target = port == null ? (tls ? SECURE_PORT : PLAIN_PORT) : port;
    HttpProxy proxy = host == null ? null : to(tls, host, target);
    String address =
        request.getServer() instanceof SocketAddress known ? known.hostAddress() : null;
    return proxy != null && address != null ? to(tls, address, target) : proxy;
  }

  /** Words to follow what cannot be reached: empty without a proxy. */
  public static String words(@Nullable HttpProxy proxy) {
    return proxy == null ? "" : " through the proxy " + proxy.address();
  }

  /** The addresses of the proxies in use, for people; empty without any. */
  public List<String> addresses() {
    List<String> all = new ArrayList<>();
    if (secure != null) {
      all.add(secure.address());
    }
    if (plain != null && !all.contains(plain.address())) {
      all.add(plain.address());
    }
    return all;
  }

  /**
   * A client of the JDK that takes this way. What it sends needs the header {@code
   * Proxy-Authorization} where the proxy has a user: the client shows it to the proxy alone.
   */
  public HttpClient.Builder jdkClient() {
    return HttpClient.newBuilder().proxy(selector());
  }

  /** The same way for other clients that are built on the JDK's. */
  public ProxySelector selector() {
    if (hasUser(secure) || hasUser(plain)) {
      // The JDK shows no password to the proxy of a tunnel unless it is told to, before it makes
      // its first client.
      System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    }
    return new ProxySelector() {
      @Override
      public List<Proxy> select(URI uri) {
        HttpProxy proxy = to(uri);
        return List.of(
            proxy == null
                ? Proxy.NO_PROXY
                : new Proxy(
                    Proxy.Type.HTTP,
                    InetSocketAddress.createUnresolved(proxy.host(), proxy.port())));
      }

      @Override
      public void connectFailed(URI uri, java.net.SocketAddress address, IOException why) {
        // Whoever asked is told.
      }
    };
  }

  private static boolean hasUser(@Nullable HttpProxy proxy) {
    return proxy != null && proxy.user() != null;
  }
}
