package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.net.SocketAddress;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Accepts sockets on one event loop. Any path and any query upgrade; other requests go to the HTTP
 * handler. Protocol 01a §1.1.
 */
public final class SocketServer {
  private static final int CLOSING_TIMEOUT_SECONDS = 2;

  /** Clients come back all at once after a roll-out. */
  private static final int ACCEPT_BACKLOG = 4096;

  private final LoopConnections loop;
  private final ConnectionListener listener;
  private final ConnectionResources shared;
  private final Ids ids;
  private final HttpServer server;
  private final Vertx vertx;
  private final SocketAddress address;
  private final @Nullable SocketGate gate;

  /**
   * Who takes what comes in.
   *
   * @param http takes requests that are no upgrade
   */
  public record Handlers(ConnectionListener listener, Handler<HttpServerRequest> http) {}

  /**
   * What keeps plain sockets within bounds.
   *
   * @param plain the sockets of this loop that are no WebSocket
   * @param gate stands before the port, or null
   */
  public record Bounds(PlainSockets plain, @Nullable SocketGate gate) {}

  /** What connections are counted, named and timed with. */
  public record Instruments(SocketMetrics metrics, Ids ids, InstantSource clock) {}

  /** Without a gate, and without bounds of memory for plain sockets. */
  public SocketServer(
      Vertx vertx,
      HttpServerOptions options,
      LoopConnections loop,
      Handlers handlers,
      Instruments with) {
    this(
        vertx,
        options,
        loop,
        handlers,
        new Bounds(PlainSockets.unbounded(vertx, with.metrics(), with.clock()), null),
        with);
  }

  public SocketServer(
      Vertx vertx,
      HttpServerOptions options,
      LoopConnections loop,
      Handlers handlers,
      Bounds bounds,
      Instruments with) {
    this.vertx = vertx;
    this.address =
        options.getPort() < 0
            ? SocketAddress.sharedRandomPort(-options.getPort(), options.getHost())
            : SocketAddress.inetSocketAddress(options.getPort(), options.getHost());
    this.gate = bounds.gate();
    this.loop = loop;
    this.listener = handlers.listener();
    this.shared =
        new ConnectionResources(loop.budget(), loop.unfinished(), with.metrics(), with.clock());
    this.ids = with.ids();
    this.server =
        bounds
            .plain()
            .watch(
                vertx
                    .createHttpServer(options)
                    .requestHandler(handlers.http())
                    .invalidRequestHandler(new UnreadableRequests())
                    .webSocketHandler(this::accept));
  }

  /**
   * Settings every listener shares; address, port and TLS come on top. HTTP/1.1 only: nothing here
   * needs streams, and each would be a way to take more of an instance than a socket may.
   */
  public static HttpServerOptions baseOptions() {
    return new HttpServerOptions()
        .setMaxWebSocketFrameSize(ProtocolVersion.PREAUTH_MAX_PAYLOAD)
        .setMaxWebSocketMessageSize(ProtocolVersion.V4.maxPayload())
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setWebSocketSubProtocols(List.of("*"))
        .setWebSocketClosingTimeout(CLOSING_TIMEOUT_SECONDS)
        .setHttp2ClearTextEnabled(false)
        .setUseAlpn(false)
        .setAlpnVersions(List.of(HttpVersion.HTTP_1_1))
        .setTcpNoDelay(true)
        .setAcceptBacklog(ACCEPT_BACKLOG)
        .setReuseAddress(true);
  }

  /** Listens; a port below 0 is a free one for all servers of this Vert.x that name the same. */
  public Future<HttpServer> listen() {
    return server
        .listen(address)
        .onSuccess(
            open -> {
              if (gate != null) {
                gate.guard(vertx, open.actualPort());
              }
            });
  }

  /** The Vert.x server, to reload its certificate or to close it. */
  public HttpServer server() {
    return server;
  }

  private void accept(ServerWebSocket socket) {
    Channel channel = ((WebSocketInternal) socket).channelHandlerContext().channel();
    PeerAddress peer = PeerAddress.of(channel, socket.remoteAddress());
    UpgradeInfo upgrade = new UpgradeInfo(peer, socket.headers(), socket.uri());
    Connection connection = new Connection(ids.uuid(), socket, upgrade, new LoopListener(), shared);
    PlainSockets.upgraded(connection.pipeline());
    loop.add(connection);
    listener.opened(connection);
  }

  private final class LoopListener implements ConnectionListener {
    @Override
    public void opened(Connection connection) {}

    @Override
    public void message(Connection connection, byte[] utf8) {
      listener.message(connection, utf8);
    }

    @Override
    public void closed(Connection connection) {
      loop.remove(connection);
      listener.closed(connection);
    }
  }
}
