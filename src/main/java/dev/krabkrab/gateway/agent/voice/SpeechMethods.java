package dev.krabkrab.gateway.agent.voice;

import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Locale;
import java.util.Map;

/** {@code tts.*}. Protocol 03 §16. */
public final class SpeechMethods {
  private final SpeechService speech;

  public SpeechMethods(SpeechService speech) {
    this.speech = speech;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "tts.status", call -> speech.status(),
        "tts.providers", call -> speech.providers(),
        "tts.enable", call -> speech.enable(true),
        "tts.disable", call -> speech.enable(false),
        "tts.setProvider", call -> speech.choose(text(call, "provider")),
        "tts.convert", this::convert);
  }

  private Future<JsonText> convert(Call call) {
    String text = text(call, "text");
    if (text.isEmpty()) {
      throw GatewayError.invalid("tts.convert requires text");
    }
    return speech.convert(text, text(call, "channel").toLowerCase(Locale.ROOT));
  }

  /** Trimmed; empty when there is none. */
  private static String text(Call call, String field) {
    String text = Json.nonBlank(call.params(), field);
    return text == null ? "" : text;
  }
}
