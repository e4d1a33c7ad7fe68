package dev.krabkrab.gateway.channel;

import java.util.Locale;

/** Counts messages received and sent, by channel. */
@FunctionalInterface
public interface ChannelMetrics {
  /** Counts nothing. */
  ChannelMetrics NONE = (channel, outcome) -> {};

  /** The outcome of a message. */
  enum Outcome {
    /** It was taken from the channel, and cannot be lost any more. */
    RECEIVED,
    /** It was left out, because taking it failed whatever was done. */
    SKIPPED,
    /** The channel took it. */
    SENT,
    /** The channel did not take it, this time. */
    FAILED,
    /** It was given up, after that. */
    DROPPED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The name in lower case. */
    public String label() {
      return label;
    }
  }

  /**
   * Something became of a message.
   *
   * @param channel such as {@code telegram}
   */
  void count(String channel, Outcome outcome);
}
