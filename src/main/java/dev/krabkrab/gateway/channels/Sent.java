package dev.krabkrab.gateway.channels;

import java.util.Map;

/**
 * A message that is out.
 *
 * @param messageId as the channel names it
 * @param extras what else clients are told: {@code chatId}, {@code channelId}, {@code pollId}, ...
 */
public record Sent(String messageId, Map<String, String> extras) {
  public Sent {
    extras = Map.copyOf(extras);
  }
}
