package dev.krabkrab.gateway.edge.http;

import io.vertx.ext.web.RoutingContext;
import java.util.function.BooleanSupplier;

/**
 * Says on the clients' port, in a word, whether the process is alive ({@code /healthz}) and whether
 * it takes connections ({@code /readyz}). Protocol 01a §1.1.
 */
public final class PlainHttp {
  private final BooleanSupplier ready;

  public PlainHttp(BooleanSupplier ready) {
    this.ready = ready;
  }

  void mount(Routes routes) {
    routes
        .serve(Endpoint.ALIVE, context -> Answers.text(context, 200, "ok"))
        .serve(Endpoint.ACCEPTING, this::ready);
  }

  private void ready(RoutingContext context) {
    boolean open = ready.getAsBoolean();
    Answers.text(context, open ? 200 : 503, open ? "ready" : "draining");
  }
}
