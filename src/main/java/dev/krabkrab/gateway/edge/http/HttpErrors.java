package dev.krabkrab.gateway.edge.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers every request of the clients' port that failed: with what its {@link HttpFailure} says,
 * and 404 where no endpoint fits; on every path of {@code /v1} in the shape that OpenAI's clients
 * read. Where an answer has begun, nothing is added to it.
 */
final class HttpErrors implements Handler<RoutingContext> {
  private static final String API = "/v1";
  private static final Logger LOG = LoggerFactory.getLogger(HttpErrors.class);

  @Override
  public void handle(RoutingContext context) {
    HttpServerResponse response = context.response();
    HttpFailure failure = shaped(context);
    if (response.headWritten() || response.ended() || response.closed()) {
      return;
    }
    failure.headers().forEach(response::putHeader);
    response
        .setStatusCode(failure.status())
        .putHeader("content-type", failure.type())
        .end(failure.body());
  }

  private static HttpFailure shaped(RoutingContext context) {
    HttpFailure failure = failure(context);
    String path = String.valueOf(context.request().path());
    return path.equals(API) || path.startsWith(API + "/")
        ? failure.inApiShape(context.request().method() + " " + path)
        : failure;
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
