package dev.krabkrab.gateway.edge.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;

/** A request that was let in, until its answer is out or what let it in is taken out. */
final class OpenRequest {
  static final String WITHDRAWN = "the credential was taken out; sign in again";

  private static final String KEY = OpenRequest.class.getName();

  private final RoutingContext context;
  private final HttpCaller visitor;
  private Runnable onWithdrawn;
  private volatile boolean over;
  private boolean withdrawn;

  OpenRequest(RoutingContext context, HttpCaller visitor) {
    this.context = context;
    this.visitor = visitor;
    this.onWithdrawn = () -> fail(withdrawnFailure());
    context.put(KEY, this);
  }

  /** The one that was let in by the handlers before. */
  static OpenRequest of(RoutingContext context) {
    return Objects.requireNonNull(context.<OpenRequest>get(KEY));
  }

  static HttpFailure withdrawnFailure() {
    return HttpFailure.error(401, WITHDRAWN, Answers.UNAUTHORIZED);
  }

  RoutingContext context() {
    return context;
  }

  HttpServerRequest request() {
    return context.request();
  }

  /** Ends it, unless its answer has begun. */
  void fail(HttpFailure failure) {
    context.fail(failure);
  }

  HttpCaller visitor() {
    return visitor;
  }

  /** What to do, besides answering, when what let it in is taken out. */
  void onWithdrawn(Runnable listener) {
    onWithdrawn = listener;
  }

  /** Whether nobody waits for the answer any more; safe from any thread. */
  boolean isOver() {
    return over;
  }

  /** Whether what let it in was taken out before its answer was. */
  boolean isWithdrawn() {
    return withdrawn;
  }

  void finished() {
    over = true;
  }

  void withdraw() {
    if (!over) {
      over = true;
      withdrawn = true;
      onWithdrawn.run();
    }
  }
}
