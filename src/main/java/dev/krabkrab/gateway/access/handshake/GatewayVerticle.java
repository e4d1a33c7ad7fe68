package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.rpc.Dispatcher;
import dev.krabkrab.gateway.platform.transport.Connection;
import dev.krabkrab.gateway.platform.transport.ConnectionListener;
import dev.krabkrab.gateway.platform.transport.SocketServer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** Terminates WebSockets on one event loop; holds nothing but its sockets. */
public final class GatewayVerticle extends VerticleBase {
  private final Parts parts;
  private @Nullable SocketServer server;

  /** Makes the pieces of one event loop, on that loop. */
  public interface Parts {
    HandshakeFactory handshakes();

    Dispatcher dispatcher();

    SocketServer server(Vertx vertx, ConnectionListener listener);

    /** False while this instance sends its clients away. */
    boolean accepting();

    /** False while there are as many clients as this instance takes, or as one address may have. */
    boolean hasRoom(Connection connection);
  }

  public GatewayVerticle(Parts parts) {
    this.parts = parts;
  }

  @Override
  public Future<?> start() {
    return parts
        .handshakes()
        .open(vertx)
        .compose(
            handshake -> {
              SocketServer opened =
                  parts.server(vertx, new Flow(handshake, parts.dispatcher(), parts));
              server = opened;
              return opened.listen();
            });
  }

  /** The listener of this loop, to hand it a renewed certificate; null before the start. */
  public @Nullable SocketServer server() {
    return server;
  }

  /** Sends a message to the handshake or to the dispatcher, by the connection's state. */
  private record Flow(Handshake handshake, Dispatcher dispatcher, Parts parts)
      implements ConnectionListener {
    @Override
    public void opened(Connection connection) {
      if (!parts.hasRoom(connection)) {
        handshake.noRoom(connection);
      } else if (parts.accepting()) {
        handshake.opened(connection);
      } else {
        handshake.turnAway(connection);
      }
    }

    @Override
    public void message(Connection connection, byte[] utf8) {
      Caller caller = connection.caller();
      if (connection.state() == Connection.State.READY && caller != null) {
        dispatcher.message(connection, caller, utf8);
      } else {
        handshake.message(connection, utf8);
      }
    }

    @Override
    public void closed(Connection connection) {
      handshake.closed(connection);
    }
  }
}
