package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.WebSocketFrameEncoder;
import java.util.List;

/**
 * The sending side of one connection: encodes events for the negotiated version, counts what became
 * of each, and keeps back what its peer is to get only as fast as it reads. For the socket's event
 * loop. Protocol 01a §1.5.
 */
final class ConnectionWriter {
  private final Channel channel;
  private final Outbox outbox;
  private final SocketMetrics metrics;
  private final ReadPacing pace = new ReadPacing();
  private ProtocolVersion version = ProtocolVersion.V3;

  /**
   * @param budget what may wait for the peers of all connections of the loop
   */
  ConnectionWriter(Channel channel, OutboxBudget budget, SocketMetrics metrics) {
    this.channel = channel;
    this.outbox =
        new Outbox(
            channel.pipeline().context(WebSocketFrameEncoder.class),
            ProtocolVersion.V3.maxBufferedBytes(),
            budget);
    this.metrics = metrics;
  }

  /** Sets the version that was negotiated; before that it is the oldest one. */
  void negotiated(ProtocolVersion agreed) {
    version = agreed;
  }

  /**
   * Writes a frame, given in parts, that is never dropped.
   *
   * @return whether the peer takes its answers; it is not to be read while it does not
   */
  boolean write(byte[]... parts) {
    outbox.write(parts);
    return !outbox.congested();
  }

  /**
   * Queues an event, or drops it when there is no room and it may be dropped.
   *
   * @return false when the peer is too slow for an event that may not be dropped
   */
  boolean event(EncodedEvent event) {
    return counted(outbox.event(event, version), event);
  }

  /** The same for an event that goes to many. */
  boolean event(SharedBuffer shared) {
    return counted(outbox.event(shared, version), shared.event());
  }

  private boolean counted(Outbox.Verdict verdict, EncodedEvent event) {
    switch (verdict) {
      case QUEUED -> metrics.delivered(event.type());
      case DROPPED -> metrics.dropped(event.type());
      case TOO_SLOW -> {
        return false;
      }
    }
    return true;
  }

  /** The same for several events in their order, which leave together. */
  boolean events(List<EncodedEvent> events) {
    if (outbox.events(events, version) != Outbox.Verdict.QUEUED) {
      return false;
    }
    events.forEach(event -> metrics.delivered(event.type()));
    return true;
  }

  /** Hands the socket what waits for the end of this turn of the loop. */
  void flush() {
    outbox.flush();
  }

  /** Bytes that the peer has not taken yet. */
  long pendingBytes() {
    return outbox.pendingBytes();
  }

  /** Runs a task when the peer has read nearly all that was sent, one at a time. */
  void whenTaken(Runnable task) {
    outbox.flush();
    if (pace.isEmpty() && channel.isWritable()) {
      task.run();
    } else {
      pace.add(task);
    }
  }

  /** The peer has read nearly all that was sent. */
  void taken() {
    pace.advance();
  }

  /**
   * Whether the peer has taken nothing for too long while something waited for it. Called every
   * second.
   *
   * @param readPaused whether the reading of the socket waits for its peer
   */
  boolean isStuck(boolean readPaused, long nowMs) {
    return pace.isStuck(readPaused || !pace.isEmpty(), outbox.pendingBytes(), nowMs);
  }

  /** The socket is gone. */
  void finish() {
    pace.clear();
    outbox.recount();
  }
}
