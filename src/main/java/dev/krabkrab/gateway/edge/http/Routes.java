package dev.krabkrab.gateway.edge.http;

import dev.krabkrab.gateway.edge.http.Endpoint.Port;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * Builds the {@code vertx-web} router of one port from the rows of {@link Endpoint}: what goes
 * before every endpoint, the endpoints, and what is answered where none fits. For one event loop.
 */
final class Routes {
  private final Port port;
  private final Router router;
  private final Map<Endpoint, Offer> offers = new EnumMap<>(Endpoint.class);

  /**
   * The handlers of an endpoint.
   *
   * @param on false while it is not there
   * @param handlers in their order
   */
  private record Offer(BooleanSupplier on, List<Handler<RoutingContext>> handlers) {
    void enter(RoutingContext context) {
      if (on.getAsBoolean()) {
        context.next();
      } else {
        context.fail(404);
      }
    }
  }

  Routes(Vertx vertx, Port port) {
    this.port = port;
    this.router = Router.router(vertx);
  }

  /** Adds what every request goes through, whatever its path. */
  Routes before(Handler<RoutingContext> handler) {
    router.route().handler(handler);
    return this;
  }

  Routes serve(Endpoint endpoint, Handler<RoutingContext> handler) {
    return serve(endpoint, () -> true, List.of(handler));
  }

  /**
   * Says what an endpoint does.
   *
   * @param on false while it is not there
   * @param handlers in their order
   */
  Routes serve(Endpoint endpoint, BooleanSupplier on, List<Handler<RoutingContext>> handlers) {
    offers.put(endpoint, new Offer(on, List.copyOf(handlers)));
    return this;
  }

  /**
   * Completes the router.
   *
   * @param errors answers every request that failed
   */
  Handler<HttpServerRequest> build(Handler<RoutingContext> errors) {
    Endpoint.of(port).stream().filter(row -> !row.isHook()).forEach(this::mount);
    router.route().handler(context -> context.fail(404));
    router.route().failureHandler(errors);
    // What fails while a route is looked for does not come by the routes.
    List.of(400, 404, 405, 500).forEach(status -> router.errorHandler(status, errors));
    return request -> router.handle(new Unjudged(request));
  }

  private void mount(Endpoint endpoint) {
    Offer offer = Objects.requireNonNull(offers.get(endpoint), endpoint::name);
    Route route = endpoint.route(router).setName(endpoint.template());
    endpoint.methods().forEach(route::method);
    route.handler(offer::enter);
    offer.handlers().forEach(route::handler);
    if (endpoint.refusesOthers()) {
      endpoint
          .route(router)
          .handler(offer::enter)
          .handler(context -> context.fail(HttpFailure.notAllowed(endpoint.allowed())));
    }
  }

  /**
   * A request as every route gets it. What its {@code Host} means for whom is for {@link HttpGuard}
   * and {@link HostCheck} to say, and not its form; a target without a path ({@code *}) leads where
   * nothing is, past the same handlers as every other.
   */
  private static final class Unjudged extends HttpServerRequestWrapper {
    Unjudged(HttpServerRequest request) {
      super((HttpServerRequestInternal) request);
    }

    @Override
    public boolean isValidAuthority() {
      return true;
    }

    @Override
    public String path() {
      String path = super.path();
      return path != null && path.startsWith("/") ? path : "/";
    }
  }
}
