package dev.krabkrab.gateway.channel;

/**
 * The messages that wait to be sent in a channel, over all instances.
 *
 * @param count messages
 * @param oldestAgeMs how long the oldest of them has waited, in milliseconds
 */
public record WaitingMessages(long count, long oldestAgeMs) {
  /** Nothing waits. */
  public static final WaitingMessages NONE = new WaitingMessages(0, 0);

  WaitingMessages plus(WaitingMessages other) {
    return new WaitingMessages(count + other.count, Math.max(oldestAgeMs, other.oldestAgeMs));
  }
}
