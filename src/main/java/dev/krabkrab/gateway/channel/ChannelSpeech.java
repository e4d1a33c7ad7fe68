package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.channel.ChannelAccounts.Held;
import dev.krabkrab.gateway.channel.ChannelMetrics.Outcome;
import io.vertx.core.Future;
import java.util.Map;

/** Says things in channels, to chats where they are now. For one context. */
final class ChannelSpeech {
  private final ChannelAccounts accounts;
  private final MovedChats moved;
  private final AccountActivity activity;

  ChannelSpeech(ChannelAccounts accounts, MovedChats moved, AccountActivity activity) {
    this.accounts = accounts;
    this.moved = moved;
    this.activity = activity;
  }

  /** Sends a message; fails with {@link DeliveryException} or another. */
  Future<SentMessage> speak(DeliveryContext way, OutboundMessage message, MessageParts parts) {
    Held held =
        accounts
            .find(way.channel(), way.accountId())
            .orElseThrow(
                () -> DeliveryException.refused(way.channel() + " is not configured any more"));
    ChannelConnector speaker = held.speaker();
    MessageParts counted = MovedChats.counted(parts);
    return moved
        .to(held.account(), message.to(), to -> speaker.send(message.sentTo(to), counted))
        .onSuccess(
            sent -> {
              activity.count(way.channel(), Outcome.SENT);
              activity.note(held.account(), Map.of("lastOutboundAt", activity.now()));
            })
        .onFailure(
            why -> {
              activity.count(way.channel(), Outcome.FAILED);
              activity.note(
                  held.account(),
                  Map.of(
                      "lastOutboundError",
                      message.to() + ": " + why.getMessage(),
                      "lastOutboundErrorAt",
                      activity.now()));
            });
  }

  /** Asks people to choose. */
  Future<SentMessage> ask(Held held, OutboundPoll poll) {
    ChannelConnector speaker = held.speaker();
    return moved.to(held.account(), poll.to(), to -> speaker.poll(poll.sentTo(to)));
  }
}
