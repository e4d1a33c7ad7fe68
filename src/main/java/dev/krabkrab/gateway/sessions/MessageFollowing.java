package dev.krabkrab.gateway.sessions;

import io.vertx.core.Future;

/** Lets connections follow what is said in sessions. Protocol 05 §12. */
public interface MessageFollowing {
  /** Sessions whose messages one connection may follow. */
  int MOST_SESSIONS = 64;

  /**
   * Begins or ends it.
   *
   * @param sessionKey canonical
   * @return false when the connection follows {@link #MOST_SESSIONS} others already
   */
  Future<Boolean> follow(String connId, String sessionKey, boolean on);
}
