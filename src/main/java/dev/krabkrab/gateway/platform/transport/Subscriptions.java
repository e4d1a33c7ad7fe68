package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import java.util.HashSet;
import java.util.Set;

/**
 * The subscriptions of one connection, which end with it. For the socket's event loop. Protocol 05
 * §12.
 */
public final class Subscriptions {
  private final Set<String> messagesOf = new HashSet<>(0);
  private boolean sessions;

  Subscriptions() {}

  /** Subscribes to changes of sessions. */
  public void sessions() {
    sessions = true;
  }

  /**
   * Subscribes to the messages of a session, or no more.
   *
   * @param key canonical
   * @param most sessions that it may follow
   * @return false when it follows so many others already
   */
  public boolean messages(String key, boolean on, int most) {
    if (!on) {
      messagesOf.remove(key);
      return true;
    }
    return messagesOf.contains(key) || (messagesOf.size() < most && messagesOf.add(key));
  }

  /** Whether an event that the caller may see is one that the connection wants. */
  boolean wants(EncodedEvent event) {
    return !event.type().needsSubscription() || covers(event);
  }

  private boolean covers(EncodedEvent event) {
    String session = event.session();
    return session == null ? sessions : messagesOf.contains(session);
  }
}
