package dev.krabkrab.gateway.agent.heartbeat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;

/** Methods of the heartbeat. Protocol 03 §21. */
public final class HeartbeatMethods {
  private final HeartbeatService service;

  public HeartbeatMethods(HeartbeatService service) {
    this.service = service;
  }

  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "last-heartbeat", call -> service.last(),
        "set-heartbeats", this::setHeartbeats,
        "wake", this::wake);
  }

  private Future<JsonText> setHeartbeats(Call call) {
    JsonNode enabled = call.params().path("enabled");
    if (!enabled.isBoolean()) {
      throw GatewayError.invalid("invalid set-heartbeats params: enabled (boolean) required");
    }
    return service
        .enable(enabled.booleanValue())
        .map(
            done ->
                JsonText.of(Json.object().put("ok", true).put("enabled", enabled.booleanValue())));
  }

  private Future<JsonText> wake(Call call) {
    return service
        .wake(
            call.params().path("text").asText(), call.params().path("mode").asText().equals("now"))
        .map(queued -> JsonText.of(Json.object().put("ok", queued.booleanValue())));
  }
}
