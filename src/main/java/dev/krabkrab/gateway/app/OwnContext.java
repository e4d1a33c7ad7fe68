package dev.krabkrab.gateway.app;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.function.Function;

/** A worker verticle: makes one room's objects on an event loop of their own. */
final class OwnContext<T> extends VerticleBase {
  private final Function<Vertx, Future<T>> opener;
  private final Promise<T> opened = Promise.promise();

  private OwnContext(Function<Vertx, Future<T>> opener) {
    this.opener = opener;
  }

  static <T> Future<T> open(Vertx vertx, Function<Vertx, Future<T>> opener) {
    OwnContext<T> verticle = new OwnContext<>(opener);
    return vertx.deployVerticle(verticle).compose(id -> verticle.opened.future());
  }

  @Override
  public Future<?> start() {
    return opener.apply(vertx).onSuccess(opened::complete);
  }
}
