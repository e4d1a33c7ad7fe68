package dev.krabkrab.gateway.channel;

import java.util.Map;

/**
 * A message that is out.
 *
 * @param messageId as the channel names it
 * @param extras further fields for clients: {@code chatId}, {@code channelId}, {@code pollId}, ...
 */
public record SentMessage(String messageId, Map<String, String> extras) {
  public SentMessage {
    extras = Map.copyOf(extras);
  }
}
