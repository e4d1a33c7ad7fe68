package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.ChannelAccounts.Held;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Logs accounts out: their secrets leave the gateway document. Protocol 03 §6. */
final class ChannelLogout {
  private final ChannelAccounts accounts;
  private final ChannelChanges changes;

  ChannelLogout(ChannelAccounts accounts, ChannelChanges changes) {
    this.accounts = accounts;
    this.changes = changes;
  }

  /** The payload of {@code channels.logout}. */
  Future<JsonText> of(Caller by, String given, @Nullable String accountId) {
    String id = given.strip();
    ChannelProvider channel =
        accounts
            .channel(id)
            .orElseThrow(() -> GatewayError.invalid("invalid channels.logout channel"));
    if (!changes.valid()) {
      throw GatewayError.invalid("config invalid; fix it before logging out");
    }
    String account = accountId == null ? accounts.usual(id) : accountId;
    Held held = accounts.find(id, account).orElse(null);
    ChannelConnector connector = held == null ? null : held.connector();
    Future<Void> left =
        connector == null ? Future.succeededFuture() : connector.logOut().otherwiseEmpty();
    return left.compose(
            done -> changes.change(by, document -> withoutSecrets(document, channel, account)))
        .map(
            changed ->
                JsonText.of(
                    Json.object()
                        .put("channel", id)
                        .put("accountId", account)
                        .put("cleared", held != null)
                        .put("loggedOut", true)));
  }

  private static ObjectNode withoutSecrets(
      ObjectNode document, ChannelProvider channel, String account) {
    if (document.at("/channels/" + channel.id()) instanceof ObjectNode settings) {
      boolean top = !settings.path("accounts").has(account);
      if (top || settings.path("accounts").path(account) instanceof ObjectNode) {
        ObjectNode own = top ? settings : (ObjectNode) settings.path("accounts").path(account);
        channel.secrets().forEach(own::remove);
        own.put("enabled", false);
      }
    }
    return document;
  }
}
