package dev.krabkrab.gateway.platform.rpc;

import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.JsonText;

/** The way to one connection's socket; safe from any thread, silent once the socket is gone. */
public interface EventSink {
  /** Sends an event within the connection's numbering. */
  void numbered(EncodedEvent event);

  /**
   * Runs a task once the peer has read nearly all that was sent so far, on any thread; never when
   * the connection is gone. So much is sent in pages, at the pace of who reads it.
   */
  default void whenTaken(Runnable task) {
    task.run();
  }

  /** Sends an event outside the connection's numbering. Protocol 01a §3.5. */
  void direct(EventType type, JsonText payload);
}
