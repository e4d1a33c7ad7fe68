package dev.krabkrab.gateway.edge.http;

import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.function.Function;

/**
 * Reads the body of a request that was let in, up to a bound, whatever its content type says; the
 * handlers behind it take it once. Not {@code BodyHandler}, which wants to be before whoever lets a
 * request in, and takes forms apart. Protocol 04 §19.
 *
 * @param most bytes
 * @param refusal what a body that cannot be used is answered
 */
record BoundedBody(int most, Function<BadBody, HttpFailure> refusal)
    implements Handler<RoutingContext> {
  private static final String KEY = BoundedBody.class.getName();

  @Override
  public void handle(RoutingContext context) {
    HttpBody.bytes(context.request(), most)
        .onSuccess(
            body -> {
              context.put(KEY, body);
              context.next();
            })
        .onFailure(
            cause -> context.fail(cause instanceof BadBody bad ? refusal.apply(bad) : cause));
  }

  /** The body; there is none afterwards, so that it is not held as long as its answer takes. */
  static Buffer take(RoutingContext context) {
    return Objects.requireNonNull(context.<Buffer>remove(KEY));
  }
}
