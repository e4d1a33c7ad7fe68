package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.channel.ChannelAccounts.Held;
import io.vertx.core.Future;

/** Says who may have things done: whom an account lists, and who was let in. For one context. */
final class KnownPeople {
  private final ChannelAccounts accounts;
  private final SenderStore senders;

  KnownPeople(ChannelAccounts accounts, SenderStore senders) {
    this.accounts = accounts;
    this.senders = senders;
  }

  /** Whether the person of a credential's id may still; nobody may in an account that is off. */
  Future<Boolean> stands(String credentialId) {
    ChannelPerson person = ChannelPerson.named(credentialId).orElse(null);
    Held held =
        person == null
            ? null
            : accounts
                .find(person.channel(), person.accountId())
                .filter(one -> one.connector() != null)
                .orElse(null);
    if (person == null || held == null) {
      return Future.succeededFuture(false);
    }
    SenderRules rules = SenderRules.of(held.account(), held.provider().dmPolicy());
    return rules.isTrusted(person.senderId())
        ? Future.succeededFuture(true)
        : senders.isAdmitted(held.account(), person.senderId());
  }
}
