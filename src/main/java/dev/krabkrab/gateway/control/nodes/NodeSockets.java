package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import java.util.function.Consumer;

/** The sockets of this instance as the nodes feature needs them. Safe from any thread. */
public interface NodeSockets {
  /** What became of a frame. */
  enum Written {
    WRITTEN,
    /** There is no such connection, or it is closing. */
    GONE,
    /** Its peer does not read; nothing was written. */
    FULL
  }

  /** Sends an event outside the numbering; the outcome arrives on whichever thread wrote it. */
  void send(String connId, EventType type, JsonText payload, Consumer<Written> outcome);

  /** Closes a connection; does nothing when it is gone. */
  void close(String connId, CloseReason reason);
}
