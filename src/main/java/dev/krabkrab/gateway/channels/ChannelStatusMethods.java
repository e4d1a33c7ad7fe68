package dev.krabkrab.gateway.channels;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.rpc.Call;
import dev.krabkrab.gateway.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;

/**
 * {@code channels.status}, {@code channels.logout} and {@code web.login.*}. Protocol 03 §5 to §7.
 */
public final class ChannelStatusMethods {
  private static final long PROBE_MS = 10_000;
  private static final long SHORTEST_MS = 1_000;
  private static final long PICTURE_MS = 30_000;
  private static final long SHORTEST_PICTURE_MS = 5_000;
  private static final long LOGIN_MS = 120_000;
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
        "web.login.start", this::startLogin,
        "web.login.wait", this::awaitLogin);
  }

  private Future<JsonText> status(Call call) {
    boolean probe = call.params().path("probe").asBoolean();
    return channels.status(probe ? timeout(call, PROBE_MS, SHORTEST_MS) : 0);
  }

  private Future<JsonText> logout(Call call) {
    JsonNode params = call.params();
    return channels.logout(params.path("channel").asText(), Json.nonBlank(params, "accountId"));
  }

  private Future<JsonText> startLogin(Call call) {
    JsonNode params = call.params();
    return channels.startLogin(
        Json.nonBlank(params, "accountId"),
        params.path("force").asBoolean(),
        timeout(call, PICTURE_MS, SHORTEST_PICTURE_MS));
  }

  private Future<JsonText> awaitLogin(Call call) {
    return channels.awaitLogin(
        Json.nonBlank(call.params(), "accountId"), timeout(call, LOGIN_MS, SHORTEST_MS));
  }

  private static long timeout(Call call, long otherwise, long shortest) {
    return Math.clamp(call.params().path("timeoutMs").asLong(otherwise), shortest, LONGEST_MS);
  }
}
