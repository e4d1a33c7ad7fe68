package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.channel.ChannelAccounts.Held;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what channels ask of the gateway over HTTP. For one context. */
final class ChannelHooks {
  private static final Logger LOG = LoggerFactory.getLogger(ChannelHooks.class);

  private final ChannelAccounts accounts;
  private final MessageInbox inbox;

  ChannelHooks(ChannelAccounts accounts, MessageInbox inbox) {
    this.accounts = accounts;
    this.inbox = inbox;
  }

  /**
   * What a request with these headers is answered at once; empty when its body is worth reading.
   */
  Optional<HookAnswer> turnedAway(String channel, String accountId, UnaryOperator<String> headers) {
    ChannelConnector connector =
        accounts.find(channel, accountId).map(Held::connector).orElse(null);
    return connector == null ? Optional.of(HookAnswer.NOT_FOUND) : connector.turnedAway(headers);
  }

  Future<HookAnswer> hook(String channel, String accountId, HookRequest request) {
    return accounts
        .find(channel, accountId)
        .map(held -> hook(held, request))
        .orElseGet(() -> Future.succeededFuture(HookAnswer.NOT_FOUND));
  }

  private Future<HookAnswer> hook(Held held, HookRequest request) {
    ChannelConnector connector = held.connector();
    return connector == null
        ? Future.succeededFuture(HookAnswer.NOT_FOUND)
        : connector
            .hook(request, inbox.of(held))
            .otherwise(
                away -> {
                  LOG.warn("{}: {}", held.account(), away.getMessage());
                  return HookAnswer.LATER;
                });
  }
}
