package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.EventType;

/**
 * Counts what becomes of events and sockets. Called for every delivery, on any event loop: an
 * implementation neither blocks nor allocates.
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

  /** Why a socket was ended that took more than its part. */
  enum Cut {
    /** There were too many plain sockets. */
    FULL,
    /** There were too many plain sockets of its address. */
    ADDRESS,
    /** It came from nobody who may name clients, to a port that expects them to be named. */
    PEER,
    /** No whole request came in time. */
    HEADER_TIMEOUT,
    /** Nothing came after an answer. */
    IDLE,
    /** The body of a request did not come in time. */
    BODY_TIMEOUT,
    /** All bodies in flight together took too much memory. */
    BODIES,
    /** It sent requests or pieces faster than they are answered, or too small ones. */
    FLOOD,
    /** It did not read what it was answered. */
    UNREAD
  }

  /** An event was queued for one connection. */
  void delivered(EventType type);

  /** A droppable event was skipped for one connection, whose peer does not read fast enough. */
  void dropped(EventType type);

  /** A connection was closed because its peer was too slow for an event that may not be skipped. */
  void closedSlow();

  /** A socket was ended. */
  default void cut(Cut reason) {}
}
