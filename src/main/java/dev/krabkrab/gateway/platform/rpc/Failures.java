package dev.krabkrab.gateway.platform.rpc;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.redis.RedisUnavailableException;
import dev.krabkrab.gateway.platform.telemetry.LogFields;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Turns whatever a handler failed with into the error its caller reads. Protocol 01a §3.4. */
public final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final long RETRY_AFTER_MS = 1000;
  private static final String FAULT = "Error: internal error in ";

  private Failures() {}

  /** The answer while Redis is away. */
  public static ErrorShape stateUnavailable() {
    return ErrorShape.retryable("gateway state is unavailable; retry in a moment", RETRY_AFTER_MS);
  }

  /** Whether the error stands for a fault of this gateway. */
  static boolean isFault(ErrorShape error) {
    return error.message().startsWith(FAULT);
  }

  /** Maps a failure of a call. */
  static ErrorShape toError(Call call, Throwable cause) {
    String method = call.method().name();
    return toError(method, cause, LogFields.of(LOG.atError(), call.caller(), method, call.trace()));
  }

  /** Maps a failure of something done for a connection, whose caller may be known already. */
  public static ErrorShape toError(
      String what, Throwable cause, String connId, @Nullable Caller caller) {
    return toError(what, cause, LogFields.of(LOG.atError(), connId, caller));
  }

  /** Maps a failure; one that is nobody's answer is logged with what failed. */
  private static ErrorShape toError(String what, Throwable cause, LoggingEventBuilder line) {
    return switch (cause) {
      case GatewayError refusal -> refusal.shape();
      case RedisUnavailableException away -> stateUnavailable();
      default -> {
        line.setCause(cause).log("{} failed", what);
        yield ErrorShape.unavailable(FAULT + what);
      }
    };
  }
}
