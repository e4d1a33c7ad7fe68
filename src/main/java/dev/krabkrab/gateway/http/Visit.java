package dev.krabkrab.gateway.http;

import io.vertx.core.http.HttpServerRequest;

/** A request that was let in, until its answer is out or what let it in is taken out. */
final class Visit {
  static final String WITHDRAWN = "the credential was taken out; sign in again";

  private final HttpServerRequest request;
  private final Visitor visitor;
  private Runnable onWithdrawn;
  private volatile boolean over;
  private boolean withdrawn;

  Visit(HttpServerRequest request, Visitor visitor) {
    this.request = request;
    this.visitor = visitor;
    this.onWithdrawn = () -> Answers.error(request, 401, WITHDRAWN, Answers.UNAUTHORIZED);
  }

  HttpServerRequest request() {
    return request;
  }

  Visitor visitor() {
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

  void ended() {
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
