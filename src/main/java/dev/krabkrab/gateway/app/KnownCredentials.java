package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.access.auth.CredentialStanding;
import dev.krabkrab.gateway.access.auth.settings.AuthSettings;
import dev.krabkrab.gateway.channel.ChannelPerson;
import dev.krabkrab.gateway.channel.ChannelService;
import dev.krabkrab.gateway.edge.http.HookRules;
import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * Everything that the rights of an agent's requester may rest on besides a device: named tokens,
 * users, the token of the hooks, and people in channels.
 */
record KnownCredentials(
    Supplier<AuthSettings> auth, Supplier<? extends JsonNode> document, ChannelService channels)
    implements CredentialStanding {
  @Override
  public boolean mayStand(String credentialId) {
    return ChannelPerson.isOne(credentialId)
        || auth.get().hasCredential(credentialId)
        || isHooks(credentialId);
  }

  @Override
  public Future<Boolean> stands(String credentialId) {
    return ChannelPerson.isOne(credentialId)
        ? channels.stands(credentialId)
        : Future.succeededFuture(mayStand(credentialId));
  }

  private boolean isHooks(String credentialId) {
    HookRules hooks = HookRules.of(document.get());
    return hooks != null && credentialId.equals(hooks.secret().credentialId(HookRules.CREDENTIAL));
  }
}
