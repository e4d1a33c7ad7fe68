package dev.krabkrab.gateway.control.logs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;

/** {@code logs.tail}. Protocol 03 §3. */
public final class LogMethods {
  private static final int LIMIT = 500;
  private static final int MAX_BYTES = 250_000;

  private final LogService logs;

  public LogMethods(LogService logs) {
    this.logs = logs;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of("logs.tail", this::tail);
  }

  private Future<JsonText> tail(Call call) {
    JsonNode params = call.params();
    return logs.tail(
        params.path("cursor").asLong(-1),
        params.path("limit").asInt(LIMIT),
        params.path("maxBytes").asInt(MAX_BYTES));
  }
}
