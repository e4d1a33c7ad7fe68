package dev.krabkrab.gateway.agent.sessions;

import io.vertx.core.Future;

/** Lets connections follow sessions, until they end. Protocol 05 §12. */
public interface SessionSubscriptions {
  /** Sessions whose messages one connection may follow. */
  int MOST_SESSIONS = 64;

  /** From its completion on a connection is notified when sessions change. */
  Future<Void> changes(String connId);

  /**
   * From its completion on a connection is sent the messages of a session, or no more.
   *
   * @param sessionKey canonical
   * @return false when the connection follows {@link #MOST_SESSIONS} others already
   */
  Future<Boolean> messages(String connId, String sessionKey, boolean on);
}
