package dev.krabkrab.gateway.platform.redis;

import io.vertx.redis.client.impl.types.ErrorType;

/** Which failures of the client are an outage, and which are an answer. */
final class Failures {
  private Failures() {}

  /** An error reply to what was asked as it is, everything else as an outage. */
  static Throwable translate(Throwable cause) {
    if (cause instanceof ErrorType && RedisRefusal.of(cause) == null) {
      return cause;
    }
    return new RedisUnavailableException("Redis is unavailable: " + cause.getMessage(), cause);
  }

  /** The same, with refusals counted. */
  static Throwable counted(Throwable cause, RedisMetrics metrics) {
    RedisRefusal refusal = RedisRefusal.of(cause);
    if (refusal != null) {
      metrics.refused(refusal);
    }
    return translate(cause);
  }

  /** Whether to connect anew, to find the server that can answer. */
  static boolean meansWrongServer(Throwable cause) {
    RedisRefusal refusal = RedisRefusal.of(cause);
    if (refusal != null) {
      return refusal.needsAnotherConnection();
    }
    String message = String.valueOf(cause.getMessage());
    return message.startsWith("Connection is closed")
        || message.startsWith("Failed obtaining connection");
  }
}
