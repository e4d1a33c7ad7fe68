package dev.krabkrab.gateway.agent.voice;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.rpc.ConnectionObserver;
import dev.krabkrab.gateway.platform.rpc.EventSink;
import dev.krabkrab.gateway.platform.telemetry.LogFields;
import io.vertx.core.Context;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells each node the wake words right after its greeting. Protocol 02 §6.3. */
public final class VoiceConnections implements ConnectionObserver {
  private static final Logger LOG = LoggerFactory.getLogger(VoiceConnections.class);

  private final Context home;
  private final VoiceService voice;

  /**
   * @param home the service's context
   */
  public VoiceConnections(Context home, VoiceService voice) {
    this.home = home;
    this.voice = voice;
  }

  @Override
  public void connected(Caller caller, EventSink sink) {
    if (caller.isNode()) {
      home.runOnContext(
          now ->
              voice
                  .greet(sink)
                  .onFailure(
                      e ->
                          LogFields.of(LOG.atDebug(), caller)
                              .log("wake words not sent: {}", e.getMessage())));
    }
  }
}
