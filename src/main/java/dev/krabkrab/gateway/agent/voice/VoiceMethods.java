package dev.krabkrab.gateway.agent.voice;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;

/** {@code voicewake.get|set} and {@code talk.mode}. Protocol 03 §15, §20. */
public final class VoiceMethods {
  private final VoiceService voice;

  public VoiceMethods(VoiceService voice) {
    this.voice = voice;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "voicewake.get", call -> voice.triggers(),
        "voicewake.set", this::set,
        "talk.mode", this::talkMode);
  }

  private Future<JsonText> set(Call call) {
    JsonNode triggers = call.params().get("triggers");
    if (triggers == null || !triggers.isArray()) {
      throw GatewayError.invalid("voicewake.set requires triggers: string[]");
    }
    return voice.replace(triggers);
  }

  private Future<JsonText> talkMode(Call call) {
    return Future.succeededFuture(
        voice.talkMode(
            call.caller(),
            call.params().path("enabled").asBoolean(),
            Json.textOrNull(call.params(), "phase")));
  }
}
