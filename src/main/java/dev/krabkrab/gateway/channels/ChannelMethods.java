package dev.krabkrab.gateway.channels;

import dev.krabkrab.gateway.protocol.GatewayError;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.rpc.Call;
import dev.krabkrab.gateway.rpc.Dispatcher;
import dev.krabkrab.gateway.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;

/** {@code send} and {@code poll} on a gateway without channels. Protocol 03 §25, §26. */
public final class ChannelMethods {
  /** The handlers by method name; they only refuse, so they are not to be listed. */
  public Map<String, MethodHandler> refusals() {
    return Map.of("send", ChannelMethods::refuse, "poll", ChannelMethods::refuse);
  }

  private static Future<JsonText> refuse(Call call) {
    String channel = Json.nonBlank(call.params(), "channel");
    return Future.failedFuture(
        channel == null
            ? GatewayError.unavailable(Dispatcher.NOT_AVAILABLE)
            : GatewayError.invalid("unsupported channel: " + channel));
  }
}
