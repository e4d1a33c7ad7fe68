package dev.krabkrab.gateway.models;

import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.rpc.MethodHandler;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Supplier;

/** {@code models.list}. Protocol 03 §17. */
public final class ModelMethods {
  private final Supplier<ModelCatalog> catalog;

  /** Answers from what the gateway document says now. */
  public ModelMethods(Supplier<ModelCatalog> catalog) {
    this.catalog = catalog;
  }

  /** The handlers by method name. */
  public Map<String, MethodHandler> handlers() {
    return Map.of(
        "models.list", call -> Future.succeededFuture(JsonText.of(catalog.get().toJson())));
  }
}
