package dev.krabkrab.gateway.edge.http;

import dev.krabkrab.gateway.platform.rpc.ProtocolBundle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Serves what clients are made by: {@code GET /protocol.schema.json} is the protocol as a JSON
 * Schema, {@code GET /openapi.json} the HTTP endpoints of this port. For one event loop.
 */
public final class ProtocolHttp {
  private final Vertx vertx;
  private @Nullable Future<String> bundle;

  public ProtocolHttp(Vertx vertx) {
    this.vertx = vertx;
  }

  void mount(Routes routes) {
    routes
        .serve(Endpoint.PROTOCOL_SCHEMA, this::schema)
        .serve(Endpoint.DESCRIPTION, new DescriptionHttp(vertx, Endpoint.Port.CLIENTS));
  }

  private void schema(RoutingContext context) {
    bundle()
        .onSuccess(
            text -> Answers.send(context, 200, "application/schema+json; charset=utf-8", text))
        .onFailure(context::fail);
  }

  /** Made once, when somebody asks, and not on the loop. */
  private Future<String> bundle() {
    Future<String> made = bundle;
    if (made == null) {
      made = vertx.executeBlocking(ProtocolBundle::text).map(Objects::requireNonNull);
      bundle = made;
    }
    return made;
  }
}
