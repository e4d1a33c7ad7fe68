package dev.krabkrab.gateway.access.presence;

import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;

/** Methods of presence. Protocol 01d §10.4. */
public final class PresenceMethods {
  private static final JsonText OK = JsonText.of(Json.object().put("ok", true));

  private final PresenceService service;

  public PresenceMethods(PresenceService service) {
    this.service = service;
  }

  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "system-presence",
        call -> service.current(call.caller().isV4()),
        "system-event",
        this::systemEvent);
  }

  private Future<JsonText> systemEvent(Call call) {
    String text = Json.nonBlank(call.params(), "text");
    if (text == null) {
      throw GatewayError.invalid("text required");
    }
    return service.systemEvent(text, call.params()).map(OK);
  }
}
