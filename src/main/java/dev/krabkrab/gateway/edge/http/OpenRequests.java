package dev.krabkrab.gateway.edge.http;

import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Requests of one event loop that are being worked on; ends those whose secret, token or user is
 * taken out of the gateway document, or has come to its end.
 */
public final class OpenRequests {
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final HttpGuard guard;
  private final InstantSource clock;
  private final Set<OpenRequest> open = new HashSet<>();

  public OpenRequests(Vertx vertx, HttpGuard guard, InstantSource clock) {
    this.vertx = vertx;
    this.guard = guard;
    this.clock = clock;
  }

  /** Begins one, which ends with the answer at the latest. */
  void enter(RoutingContext context, HttpCaller visitor) {
    OpenRequest visit = new OpenRequest(context, visitor);
    open.add(visit);
    long timer = timer(visit);
    context
        .response()
        .endHandler(
            end -> {
              open.remove(visit);
              visit.finished();
              if (timer != NO_TIMER) {
                vertx.cancelTimer(timer);
              }
            });
    if (!visitor.stands(guard.rules())) {
      visit.withdraw();
    }
  }

  private long timer(OpenRequest visit) {
    long expires = visit.visitor().expiresAtMs();
    return expires == Long.MAX_VALUE
        ? NO_TIMER
        : vertx.setTimer(Math.max(1, expires - clock.millis()), end -> visit.withdraw());
  }

  /** The gateway document is another one now. */
  public void look() {
    HttpGuard.Rules now = guard.rules();
    List.copyOf(open).stream()
        .filter(visit -> !visit.visitor().stands(now))
        .forEach(OpenRequest::withdraw);
  }
}
