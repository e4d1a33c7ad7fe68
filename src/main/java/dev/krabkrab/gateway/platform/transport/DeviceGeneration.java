package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * Under which generation of its device a connection was let in, and whether that device has lost a
 * right since. An order that comes before this is decided is remembered.
 */
final class DeviceGeneration {
  private static final long UNDECIDED = -1;

  private long generation = UNDECIDED;
  private long below;
  private @Nullable CloseReason reason;

  /** It is let in; returns why it has to go all the same, or null. */
  @Nullable CloseReason letIn(long under) {
    generation = under;
    return generation < below ? reason : null;
  }

  /** Whoever was let in under an older generation has to go; returns why this one has, or null. */
  @Nullable CloseReason order(long olderThan, CloseReason why) {
    if (generation == UNDECIDED) {
      below = Math.max(below, olderThan);
      reason = why;
      return null;
    }
    return generation < olderThan ? why : null;
  }
}
