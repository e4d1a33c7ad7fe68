package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.Platform;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Serves {@code models.*}: what the gateway document says of models. Protocol 03 §17, 05 §18. */
public final class ModelVerticle extends VerticleBase {
  private final Platform platform;
  private final ModelMethods methods;

  public ModelVerticle(Platform platform) {
    this.platform = platform;
    this.methods =
        new ModelMethods(
            platform.section(ModelCatalog::of),
            platform::content,
            platform.variables(),
            platform.clock());
  }

  @Override
  public Future<?> start() {
    platform.bus().serve(methods.handlers());
    return Future.succeededFuture();
  }

  /** The usable models. Safe from any thread. */
  public ObjectNode available() {
    return methods.available();
  }
}
