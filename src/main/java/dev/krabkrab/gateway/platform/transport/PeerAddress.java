package dev.krabkrab.gateway.platform.transport;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Whom a socket comes from.
 *
 * @param socket address of the peer of the socket, without port
 * @param named address of the client that the peer names by the PROXY protocol; that of the peer
 *     itself where it names nobody
 */
public record PeerAddress(String socket, String named) {

  /** Of a peer that speaks for itself. */
  public static PeerAddress direct(String socket) {
    return new PeerAddress(socket, socket);
  }

  /** Of a connection of HTTP. */
  public static PeerAddress of(HttpConnection connection) {
    return of(address(connection.remoteAddress(true)), connection.remoteAddress());
  }

  /** Of a socket, with the address that Vert.x has for its client. */
  static PeerAddress of(Channel socket, @Nullable SocketAddress named) {
    return of(
        socket.remoteAddress() instanceof InetSocketAddress ip && ip.getAddress() != null
            ? ip.getAddress().getHostAddress()
            : null,
        named);
  }

  private static PeerAddress of(@Nullable String socket, @Nullable SocketAddress named) {
    String own = socket == null ? "" : socket;
    String client = plain(address(named));
    return new PeerAddress(own, client == null ? own : client);
  }

  /** In the one form that addresses of sockets have, or null for what is no address. */
  private static @Nullable String plain(@Nullable String address) {
    try {
      return address == null ? null : InetAddress.ofLiteral(address).getHostAddress();
    } catch (IllegalArgumentException ofAnotherKind) {
      return null;
    }
  }

  private static @Nullable String address(@Nullable SocketAddress address) {
    return address == null ? null : address.hostAddress();
  }
}
