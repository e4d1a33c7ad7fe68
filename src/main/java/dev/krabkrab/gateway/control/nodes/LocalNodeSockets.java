package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Frames;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.transport.Connection;
import dev.krabkrab.gateway.platform.transport.LocalConnections;
import java.util.function.Consumer;

/** {@link NodeSockets} over this instance's connections. */
final class LocalNodeSockets implements NodeSockets {
  /** Bytes that may wait for a node before further frames are refused. Protocol 02 §16 N14. */
  private static final long MAX_WAITING_BYTES = 8L * 1024 * 1024;

  private final LocalConnections connections;

  LocalNodeSockets(LocalConnections connections) {
    this.connections = connections;
  }

  @Override
  public void send(String connId, EventType type, JsonText payload, Consumer<Written> outcome) {
    Connection connection = connections.find(connId);
    if (connection == null || !knows(connection, type)) {
      outcome.accept(Written.GONE);
      return;
    }
    byte[] frame = Frames.direct(type, payload);
    connection.execute(() -> outcome.accept(write(connection, frame)));
  }

  private static boolean knows(Connection connection, EventType type) {
    Caller node = connection.caller();
    return type != EventType.NODE_INVOKE_CANCEL || (node != null && node.isV4());
  }

  @Override
  public void close(String connId, CloseReason reason) {
    Connection connection = connections.find(connId);
    if (connection != null) {
      connection.execute(() -> connection.close(reason));
    }
  }

  private static Written write(Connection connection, byte[] frame) {
    if (!connection.isOpen()) {
      return Written.GONE;
    }
    if (connection.pendingBytes() > MAX_WAITING_BYTES) {
      return Written.FULL;
    }
    connection.send(frame);
    return Written.WRITTEN;
  }
}
