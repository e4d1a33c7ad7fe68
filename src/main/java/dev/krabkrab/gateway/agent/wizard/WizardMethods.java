package dev.krabkrab.gateway.agent.wizard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;

/** {@code wizard.*}. Protocol 03 §14. */
public final class WizardMethods {
  private final WizardService wizard;

  public WizardMethods(WizardService wizard) {
    this.wizard = wizard;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "wizard.start",
        this::start,
        "wizard.next",
        this::next,
        "wizard.status",
        call -> wizard.status(session(call)),
        "wizard.cancel",
        call -> wizard.cancel(session(call)));
  }

  private Future<JsonText> start(Call call) {
    JsonNode params = call.params();
    String workspace = Json.nonBlank(params, "workspace");
    return wizard.start(
        params.path("mode").asText().equals("remote"), workspace == null ? "" : workspace);
  }

  private Future<JsonText> next(Call call) {
    return wizard.next(call.caller(), session(call), call.params().get("answer"));
  }

  private static String session(Call call) {
    return call.params().path("sessionId").asText();
  }
}
