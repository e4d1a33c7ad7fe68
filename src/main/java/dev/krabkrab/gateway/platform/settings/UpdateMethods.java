package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Map;

/**
 * {@code update.run}: an instance does not replace itself, and says who does. Nothing is restarted.
 * Protocol 03 §19.
 */
public final class UpdateMethods {
  private static final String REASON = "managed-deployment";
  private static final String HINT =
      "This gateway is updated by its deployment: roll out a new image or release, one instance"
          + " after the other (docs/operations/upgrade.md)";

  private final String version;
  private final InstantSource clock;

  /**
   * @param version the release that runs
   */
  public UpdateMethods(String version, InstantSource clock) {
    this.version = version;
    this.clock = clock;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of("update.run", this::run);
  }

  private Future<JsonText> run(Call call) {
    ObjectNode json = Json.object().put("ok", true);
    outcome(json.putObject("result").put("status", "skipped")).put("hint", HINT);
    json.putObject("restart")
        .put("ok", false)
        .put("pid", ProcessHandle.current().pid())
        .put("signal", "none")
        .put("delayMs", 0)
        .put("reason", REASON)
        .put("mode", "none");
    ObjectNode payload =
        json.putObject("sentinel")
            .putNull("path")
            .putObject("payload")
            .put("kind", "update")
            .put("status", "skipped")
            .put("ts", clock.millis());
    Json.putIfPresent(payload, "sessionKey", Json.nonBlank(call.params(), "sessionKey"));
    payload.put("message", Json.nonBlank(call.params(), "note")).put("doctorHint", HINT);
    outcome(payload.putObject("stats")).putNull("after");
    return Future.succeededFuture(JsonText.of(json));
  }

  private ObjectNode outcome(ObjectNode json) {
    json.put("mode", "unknown")
        .put("root", System.getProperty("user.dir", ""))
        .put("reason", REASON);
    json.putObject("before").put("version", version);
    json.putArray("steps");
    return json.put("durationMs", 0);
  }
}
