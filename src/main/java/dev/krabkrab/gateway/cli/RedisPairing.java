package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Manages devices in the Redis that gateways share, without asking one of them: whoever reaches it
 * is an administrator anyway. Found with {@link java.util.ServiceLoader}.
 */
public interface RedisPairing {

  /**
   * Connects with the settings a gateway would start with.
   *
   * @param config configuration file, or null for the one of {@code KRABKRAB_CONFIG}, if any
   * @param stateDir of gateways that run a Redis of their own, or null for the one they are set to
   * @throws Failure when they name no Redis, or it does not answer
   */
  Desk open(Map<String, String> environment, @Nullable Path config, @Nullable Path stateDir);

  /** An open connection. */
  interface Desk extends Calls, AutoCloseable {
    /**
     * Answers {@code device.pair.*} and {@code device.token.*} as a gateway would an administrator.
     *
     * @throws Failure when it is refused, or Redis does not answer
     */
    @Override
    JsonNode call(String method, ObjectNode params);

    @Override
    void close();
  }

  /** Calls a method and waits for the answer. */
  @FunctionalInterface
  interface Calls {
    JsonNode call(String method, ObjectNode params);
  }

  /** Something the user can act on; the message says what. */
  final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Failure(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
