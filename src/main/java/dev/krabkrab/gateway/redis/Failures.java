package dev.krabkrab.gateway.redis;

import io.vertx.redis.client.impl.types.ErrorType;
import java.util.Set;

/** Which failures of the client are an outage, and which are an answer. */
final class Failures {

  private static final Set<String> OUTAGES =
      Set.of(
          "CONNECTION_CLOSED",
          "LOADING",
          "MASTERDOWN",
          "READONLY",
          "CLUSTERDOWN",
          "TRYAGAIN",
          "NOREPLICAS");

  /** A demoted master, or a cluster node that is no longer reachable. */
  private static final Set<String> WRONG_SERVER = Set.of("MASTERDOWN", "READONLY");

  private Failures() {}

  /** An error reply as it is, everything else as an outage. */
  static Throwable translate(Throwable cause) {
    if (cause instanceof ErrorType error && OUTAGES.stream().noneMatch(error::is)) {
      return cause;
    }
    return new RedisUnavailableException("Redis is unavailable: " + cause.getMessage(), cause);
  }

  /** Whether to connect anew, to find the server that can answer. */
  static boolean meansWrongServer(Throwable cause) {
    if (cause instanceof ErrorType error) {
      return WRONG_SERVER.stream().anyMatch(error::is);
    }
    String message = String.valueOf(cause.getMessage());
    return message.startsWith("Connection is closed")
        || message.startsWith("Failed obtaining connection");
  }
}
