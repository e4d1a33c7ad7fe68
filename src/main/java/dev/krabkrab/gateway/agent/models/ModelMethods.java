package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.protocol.Variables;
import dev.krabkrab.gateway.platform.rpc.Call;
import dev.krabkrab.gateway.platform.rpc.MethodHandler;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code models.list}, and {@code models.authStatus} of protocol 4: which providers there are, and
 * whether they are usable. Keys are never shown. Protocol 03 §17, 05 §18.
 */
public final class ModelMethods {
  private final Supplier<ModelCatalog> catalog;
  private final Supplier<? extends JsonNode> document;
  private final Variables variables;
  private final InstantSource clock;

  /**
   * Answers from what the gateway document says now.
   *
   * @param variables that settings may name
   */
  public ModelMethods(
      Supplier<ModelCatalog> catalog,
      Supplier<? extends JsonNode> document,
      Variables variables,
      InstantSource clock) {
    this.catalog = catalog;
    this.document = document;
    this.variables = variables;
    this.clock = clock;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "models.list",
        call -> Future.succeededFuture(JsonText.of(list(call))),
        "models.authStatus",
        call -> Future.succeededFuture(JsonText.of(access())));
  }

  /** The payload of {@code models.list} in protocol 4. */
  public ObjectNode available() {
    return catalog.get().toJson(this::isUsable);
  }

  private ObjectNode list(Call call) {
    return call.caller().isV4() ? available() : catalog.get().toJson(null);
  }

  private ObjectNode access() {
    ObjectNode json = Json.object().put("ts", clock.millis());
    ArrayNode providers = json.putArray("providers");
    document
        .get()
        .at("/models/providers")
        .fieldNames()
        .forEachRemaining(
            name -> {
              ObjectNode row = providers.addObject().put("provider", name).put("displayName", name);
              row.put("status", isUsable(name) ? "static" : "missing").putArray("profiles");
            });
    return json;
  }

  /** A key may stand in a variable that this instance has not. */
  private boolean isUsable(String provider) {
    try {
      return ModelProvider.of(document.get(), provider, variables) != null;
    } catch (IllegalArgumentException notSetProperly) {
      return false;
    }
  }
}
