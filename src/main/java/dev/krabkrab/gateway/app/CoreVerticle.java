package dev.krabkrab.gateway.app;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Joins the cluster and opens the gateway document, on an event loop of its own. */
final class CoreVerticle extends VerticleBase {
  private final Function<Vertx, Future<Core>> opener;
  private @Nullable Core core;

  CoreVerticle(Function<Vertx, Future<Core>> opener) {
    this.opener = opener;
  }

  @Override
  public Future<?> start() {
    return opener.apply(vertx).onSuccess(opened -> core = opened);
  }

  /** What the instance is made of, once it is deployed. */
  Core core() {
    return Objects.requireNonNull(core, "not deployed");
  }
}
