package dev.krabkrab.gateway.platform.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Repairs that some methods make to their params before these are checked: {@code cron.add} and
 * {@code cron.update} (Protocol 03 §22.2), {@code node.invoke.result} (02 §10.2).
 */
public final class Leniency {
  private Leniency() {}

  /**
   * The repaired params. The argument is never changed; it is returned as it is when the method
   * makes no repairs or the params are no object.
   */
  public static JsonNode normalize(String method, JsonNode params) {
    if (!(params instanceof ObjectNode object)) {
      return params;
    }
    return switch (method) {
      case "cron.add" -> CronLeniency.added(object.deepCopy());
      case "cron.update" -> CronLeniency.updated(object.deepCopy());
      case "node.invoke.result" -> invokeResult(object);
      default -> params;
    };
  }

  private static JsonNode invokeResult(ObjectNode params) {
    var json = params.get("payloadJSON");
    var misplaced = json != null && !json.isTextual();
    var noError = params.has("error") && params.get("error").isNull();
    if (!misplaced && !noError) {
      return params;
    }
    // The payload may be large and is only read, so a copy of the outer object is enough.
    var repaired = params.objectNode();
    repaired.setAll(params);
    if (misplaced) {
      repaired.remove("payloadJSON");
      if (!json.isNull() && !repaired.has("payload")) {
        repaired.set("payload", json);
      }
    }
    if (noError) {
      repaired.remove("error");
    }
    return repaired;
  }
}
