package dev.krabkrab.gateway.transport;

import dev.krabkrab.gateway.protocol.EventType;

/**
 * Counts what becomes of events. Told of every delivery, on any event loop: an implementation
 * neither blocks nor allocates.
 */
public interface SocketMetrics {
  /** Counts nothing. */
  SocketMetrics NONE =
      new SocketMetrics() {
        @Override
        public void delivered(EventType type) {}

        @Override
        public void dropped(EventType type) {}

        @Override
        public void closedSlow() {}
      };

  /** An event was queued for one connection. */
  void delivered(EventType type);

  /** A droppable event was skipped for one connection, whose peer does not read fast enough. */
  void dropped(EventType type);

  /** A connection was closed because its peer was too slow for an event that may not be skipped. */
  void closedSlow();
}
