package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Frames;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.EventSink;
import dev.krabkrab.gateway.platform.transport.Connection;

/** Sends events to one connection, from any thread. */
record SocketSink(Connection connection) implements EventSink {
  @Override
  public void numbered(EncodedEvent event) {
    connection.execute(() -> connection.send(event));
  }

  @Override
  public void whenTaken(Runnable task) {
    connection.execute(() -> connection.whenTaken(task));
  }

  @Override
  public void direct(EventType type, JsonText payload) {
    byte[] frame = Frames.direct(type, payload);
    connection.execute(() -> connection.send(frame));
  }
}
