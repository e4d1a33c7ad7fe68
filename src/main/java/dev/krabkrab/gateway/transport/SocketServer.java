package dev.krabkrab.gateway.transport;

import dev.krabkrab.gateway.protocol.Ids;
import dev.krabkrab.gateway.protocol.ProtocolVersion;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
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
  private final SocketMetrics metrics;
  private final Ids ids;
  private final InstantSource clock;
  private final HttpServer server;
  private final Vertx vertx;
  private final @Nullable SocketGate gate;

  /** Without a gate, and without bounds of memory for plain sockets. */
  public SocketServer(
      Vertx vertx,
      HttpServerOptions options,
      LoopConnections loop,
      ConnectionListener listener,
      Handler<HttpServerRequest> http,
      SocketMetrics metrics,
      Ids ids,
      InstantSource clock) {
    this(
        vertx,
        options,
        loop,
        listener,
        http,
        PlainSockets.unbounded(vertx, metrics, clock),
        null,
        metrics,
        ids,
        clock);
  }

  /**
   * @param plain the sockets of this loop that are no WebSocket
   * @param gate stands before the port, or null
   */
  public SocketServer(
      Vertx vertx,
      HttpServerOptions options,
      LoopConnections loop,
      ConnectionListener listener,
      Handler<HttpServerRequest> http,
      PlainSockets plain,
      @Nullable SocketGate gate,
      SocketMetrics metrics,
      Ids ids,
      InstantSource clock) {
    this.vertx = vertx;
    this.gate = gate;
    this.loop = loop;
    this.listener = listener;
    this.metrics = metrics;
    this.ids = ids;
    this.clock = clock;
    this.server =
        plain.watch(
            vertx.createHttpServer(options).requestHandler(http).webSocketHandler(this::accept));
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

  public Future<HttpServer> listen() {
    return server
        .listen()
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
    @Nullable SocketAddress peer = socket.remoteAddress();
    @Nullable String host = peer == null ? null : peer.hostAddress();
    UpgradeInfo upgrade = new UpgradeInfo(host == null ? "" : host, socket.headers(), socket.uri());
    Connection connection =
        new Connection(
            ids.uuid(),
            socket,
            upgrade,
            new LoopListener(),
            metrics,
            loop.budget(),
            loop.unfinished(),
            clock);
    PlainSockets.upgraded(connection.pipeline());
    loop.add(connection);
    listener.opened(connection);
    // Who is turned away at once stays a plain socket until it is gone.
    if (connection.isOpen()) {
      SocketGate.left(connection.pipeline().channel());
    }
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
