package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;

/**
 * {@code channels.status}, {@code channels.logout} and {@code web.login.*}. Protocol 03 §5 to §7.
 */
public final class ChannelStatusMethods {
  private static final long PROBE_MS = 10_000;
  private static final long SHORTEST_MS = 1_000;
  private static final long LONGEST_MS = 600_000;

  private final ChannelService channels;

  public ChannelStatusMethods(ChannelService channels) {
    this.channels = channels;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "channels.status", this::status,
        "channels.logout", this::logout,
        "web.login.start", ChannelStatusMethods::noLogin,
        "web.login.wait", ChannelStatusMethods::noLogin);
  }

  private Future<JsonText> status(Call call) {
    boolean probe = call.params().path("probe").asBoolean();
    return channels.status(probe ? timeout(call, PROBE_MS, SHORTEST_MS) : 0).map(JsonText::of);
  }

  private Future<JsonText> logout(Call call) {
    JsonNode params = call.params();
    return channels.logout(
        call.caller(), params.path("channel").asText(), Json.nonBlank(params, "accountId"));
  }

  /** None of the channels is linked by a picture that a phone reads. */
  private static Future<JsonText> noLogin(Call call) {
    throw GatewayError.invalid("web login provider is not available");
  }

  private static long timeout(Call call, long otherwise, long shortest) {
    return Math.clamp(call.params().path("timeoutMs").asLong(otherwise), shortest, LONGEST_MS);
  }
}
