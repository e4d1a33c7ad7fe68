package dev.krabkrab.gateway.transport;

import dev.krabkrab.gateway.protocol.EncodedEvent;
import java.util.HashSet;
import java.util.Set;

/**
 * What a connection has asked to be told of; it ends with the connection. For the socket's event
 * loop. Protocol 05 §12.
 */
public final class Followed {
  private final Set<String> messagesOf = new HashSet<>(0);
  private boolean sessions;

  Followed() {}

  /** From here on it is told when sessions change. */
  public void sessions() {
    sessions = true;
  }

  /**
   * From here on it is told what is said in a session, or no more.
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

  boolean covers(EncodedEvent event) {
    String session = event.session();
    return session == null ? sessions : messagesOf.contains(session);
  }
}
