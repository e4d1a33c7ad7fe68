package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.ChannelChanges;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.settings.SettingsVerticle;
import io.vertx.core.Future;
import java.util.function.UnaryOperator;

/** Lets channels change the gateway document. */
record DocumentAccess(SettingsVerticle settings) implements ChannelChanges {
  @Override
  public boolean valid() {
    return settings.valid();
  }

  @Override
  public Future<ObjectNode> change(Caller by, UnaryOperator<ObjectNode> change) {
    return settings.changes().change(by, change);
  }
}
