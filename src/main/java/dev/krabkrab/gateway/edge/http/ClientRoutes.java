package dev.krabkrab.gateway.edge.http;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * All HTTP that is answered on the clients' port, beside the WebSocket, on one event loop. An
 * upgrade never comes here. Protocol 01a §1.1, 04 §19–23.
 *
 * @param console serves the pages for browsers, and passes on what it has nothing for
 */
public record ClientRoutes(
    Hooks hooks,
    Handler<RoutingContext> console,
    ApiHttp api,
    ChannelHttp channels,
    MediaHttp media,
    PlainHttp plain) {

  /** Makes the router. */
  public Handler<HttpServerRequest> open(Vertx vertx) {
    Routes routes =
        new Routes(vertx, Endpoint.Port.CLIENTS)
            .before(new SecureHeaders())
            // Their paths are a setting, and what is below them is theirs to read.
            .before(hooks)
            .before(console)
            .before(new PathCheck());
    api.mount(routes);
    channels.mount(routes);
    media.mount(routes);
    new ProtocolHttp(vertx).mount(routes);
    plain.mount(routes);
    return routes.build(new HttpErrors());
  }
}
