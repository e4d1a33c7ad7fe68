package dev.krabkrab.gateway.platform.redis;

import io.vertx.redis.client.impl.types.ErrorType;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Kinds of error replies that say that Redis cannot serve now, whatever was asked: an outage like a
 * lost connection, and not the caller's fault. Named after the first word of the reply. Scripts
 * wrap the reply of a command that failed in them; the kind is found there too.
 */
public enum RedisRefusal {
  /** Its memory is full and {@code maxmemory-policy} lets nothing go. */
  OOM,
  /** It cannot save, and refuses writes until it can. */
  MISCONF,
  /** A script or function runs for too long. */
  BUSY,
  /** The user of this gateway may not do that. */
  NOPERM("ACL failure in script", "The user executing the script can't"),
  /** The connection has not authenticated, or its user was changed. */
  NOAUTH,
  /** The password is wrong. */
  WRONGPASS,
  /** As many clients are connected as may be. */
  MAXCLIENTS("max number of clients"),
  LOADING,
  MASTERDOWN,
  READONLY,
  CLUSTERDOWN("CLUSTERDOWN"),
  TRYAGAIN,
  NOREPLICAS,
  /** The client's own word for a connection that went away. */
  CONNECTION_CLOSED;

  /** A demoted master, or a cluster node that is no longer reachable. */
  private static final Set<RedisRefusal> WRONG_SERVER = Set.of(MASTERDOWN, READONLY);

  /** What a new connection, with the password as it is now, may mend. */
  private static final Set<RedisRefusal> WRONG_CONNECTION = Set.of(NOAUTH, WRONGPASS);

  private final String phrase;
  private final String olderPhrase;

  RedisRefusal() {
    this("", "");
  }

  RedisRefusal(String phrase) {
    this(phrase, "");
  }

  RedisRefusal(String phrase, String olderPhrase) {
    this.phrase = phrase;
    this.olderPhrase = olderPhrase;
  }

  /** As it stands in metrics and logs. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The kind of an error reply; null when it is an answer to what was asked. */
  static @Nullable RedisRefusal of(Throwable cause) {
    if (!(cause instanceof ErrorType)) {
      return null;
    }
    String text = String.valueOf(cause.getMessage());
    for (RedisRefusal kind : values()) {
      if (kind.isSaidBy(text)) {
        return kind;
      }
    }
    return null;
  }

  private boolean isSaidBy(String text) {
    String word = name();
    // "OOM command not allowed ...", "ERR Error running script ...: -OOM command not allowed ..."
    return text.equals(word)
        || text.startsWith(word + " ")
        || text.contains(": -" + word + " ")
        || contains(text, phrase)
        || contains(text, olderPhrase);
  }

  private static boolean contains(String text, String phrase) {
    return !phrase.isEmpty() && text.contains(phrase);
  }

  /** Whether to connect anew, to find a server or a connection that can answer. */
  boolean needsAnotherConnection() {
    return WRONG_SERVER.contains(this) || WRONG_CONNECTION.contains(this);
  }
}
