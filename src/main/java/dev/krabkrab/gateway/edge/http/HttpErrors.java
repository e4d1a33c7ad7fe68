package dev.krabkrab.gateway.edge.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers every request of the clients' port that failed: with what its {@link HttpFailure} says,
 * and 404 where no endpoint fits. Where an answer has begun, nothing is added to it.
 */
final class HttpErrors implements Handler<RoutingContext> {
  private static final Logger LOG = LoggerFactory.getLogger(HttpErrors.class);

  @Override
  public void handle(RoutingContext context) {
    HttpServerResponse response = context.response();
    HttpFailure failure = failure(context);
    if (response.headWritten() || response.ended() || response.closed()) {
      return;
    }
    failure.headers().forEach(response::putHeader);
    response
        .setStatusCode(failure.status())
        .putHeader("content-type", failure.type())
        .end(failure.body());
  }

  /** What the router itself finds wrong, like a path that is none, leads nowhere either. */
  static HttpFailure failure(RoutingContext context) {
    Throwable cause = context.failure();
    if (cause instanceof HttpFailure known) {
      return known;
    }
    if (context.statusCode() != 500) {
      return HttpFailure.text(404, "Not Found");
    }
    LOG.error("{} {} failed", context.request().method(), context.request().path(), cause);
    return HttpFailure.text(500, "Internal Server Error");
  }
}
