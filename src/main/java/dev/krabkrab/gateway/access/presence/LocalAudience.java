package dev.krabkrab.gateway.access.presence;

import dev.krabkrab.gateway.platform.cluster.Broadcaster;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import java.util.function.IntSupplier;

/** The connections of this instance, as those who send them events see them. */
public interface LocalAudience {
  /** Sends an event to each connection that may see it; safe from any thread. */
  void send(EncodedEvent event);

  /** How many there are. */
  int size();

  /** The audience a broadcaster reaches on this instance. */
  static LocalAudience of(Broadcaster broadcaster, IntSupplier connections) {
    return new LocalAudience() {
      @Override
      public void send(EncodedEvent event) {
        broadcaster.broadcastLocally(event);
      }

      @Override
      public int size() {
        return connections.getAsInt();
      }
    };
  }
}
