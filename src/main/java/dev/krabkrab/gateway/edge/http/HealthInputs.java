package dev.krabkrab.gateway.edge.http;

import org.jspecify.annotations.Nullable;

/**
 * The state of an instance that probes report. Safe from any thread; asks nobody over the network.
 */
public interface HealthInputs {
  /** The stage of an instance's life; it only moves forward. */
  enum Stage {
    STARTING,
    SERVING,
    DRAINING
  }

  Stage stage();

  /** Whether the start waits for nothing but Redis. */
  default boolean waitsForRedis() {
    return false;
  }

  /** How long the quietest event loop has not answered, in milliseconds. */
  long loopSilenceMs();

  /** Whether every command to Redis would be sent now; meaningless before {@link Stage#SERVING}. */
  boolean redisConnected();

  /** What Redis refuses commands with, in a word; null while it serves them. */
  default @Nullable String redisRefusal() {
    return null;
  }

  /** Whether messages of other instances arrive; meaningless before {@link Stage#SERVING}. */
  boolean hearsOthers();
}
