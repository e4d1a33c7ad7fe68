package dev.krabkrab.gateway.edge.http;

import dev.krabkrab.gateway.access.auth.SharedSecret;
import dev.krabkrab.gateway.edge.http.HttpGuard.Verdict;
import dev.krabkrab.gateway.platform.rpc.MethodCatalog;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests in at the routes that ask for it, says in the audit trail who was refused, and ends
 * requests whose credential ends. For one event loop. Protocol 04 §19.
 */
public final class HttpAuthentication {
  private final HttpGuard guard;
  private final OpenRequests open;
  private final HttpAudit trail;

  public HttpAuthentication(HttpGuard guard, OpenRequests open, HttpAudit trail) {
    this.guard = guard;
    this.open = open;
    this.trail = trail;
  }

  HttpAudit trail() {
    return trail;
  }

  /**
   * The handler of a route; whoever comes behind it finds an {@link OpenRequest}.
   *
   * @param gate the method whose rights it takes; null where that depends on the body
   */
  Handler<RoutingContext> asking(@Nullable String gate) {
    return context -> {
      context.request().pause();
      guard
          .judge(context.request())
          .onSuccess(verdict -> judged(context, gate, verdict))
          .onFailure(away -> context.fail(HttpFailure.unavailable()));
    };
  }

  private void judged(RoutingContext context, @Nullable String gate, Verdict verdict) {
    switch (verdict) {
      case Verdict.Welcome(HttpCaller visitor) -> {
        String missing = gate == null ? null : lacks(visitor, gate);
        if (missing == null) {
          open.enter(context, visitor);
          context.next();
        } else {
          trail.lacks(visitor, String.valueOf(context.request().path()), missing);
          context.fail(HttpFailure.error(403, missing, Answers.FORBIDDEN));
        }
      }
      case Verdict.Unauthorized no -> {
        unauthorized(context, Answers.UNAUTHORIZED);
        context.fail(HttpFailure.error(401, "Unauthorized", Answers.UNAUTHORIZED));
      }
      case Verdict.Forbidden(String why) -> {
        unauthorized(context, Answers.FORBIDDEN);
        context.fail(HttpFailure.error(403, why, Answers.FORBIDDEN));
      }
      case Verdict.LockedOut(long waitMs) -> context.fail(HttpFailure.lockedOut(waitMs));
    }
  }

  /** Who comes with the secret of the hooks. */
  Future<Verdict> judgeHook(RoutingContext context, SharedSecret secret, @Nullable String token) {
    return guard.judgeHook(context.request(), secret, token);
  }

  void unauthorized(RoutingContext context, String reason) {
    trail.unauthorized(guard.client(context.request()).subject(), reason);
  }

  private static @Nullable String lacks(HttpCaller visitor, String method) {
    return visitor.lacks(Objects.requireNonNull(MethodCatalog.find(method), method).access());
  }
}
