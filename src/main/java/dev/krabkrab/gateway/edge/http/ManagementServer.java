package dev.krabkrab.gateway.edge.http;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The management port: probes and metrics on a listener of their own, so that they answer before
 * clients are served and while clients are sent away. Each probe has the two spellings in use. Asks
 * for no secret and shows none; nothing at all to a web page that calls loopback by a name of its
 * own.
 */
public final class ManagementServer {
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final HttpServer server;

  /**
   * Makes the server.
   *
   * @param port 0 to 65535, 0 takes a free one
   * @param bind an IP address
   * @param metrics renders the metrics in the text format of Prometheus
   */
  public ManagementServer(
      Vertx vertx, int port, String bind, Probes probes, Supplier<Future<String>> metrics) {
    this(vertx, port, bind, probes, metrics, server -> server);
  }

  /**
   * @param watched bounds the sockets of the server
   */
  public ManagementServer(
      Vertx vertx,
      int port,
      String bind,
      Probes probes,
      Supplier<Future<String>> metrics,
      UnaryOperator<HttpServer> watched) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setPort(port)
            .setHost(bind)
            .setHttp2ClearTextEnabled(false)
            .setReuseAddress(true);
    this.server =
        watched.apply(
            vertx.createHttpServer(options).requestHandler(routes(vertx, probes, metrics)));
  }

  /** Opens the port; completes with the one taken. */
  public Future<Integer> listen() {
    return server.listen().map(HttpServer::actualPort);
  }

  private static Handler<HttpServerRequest> routes(
      Vertx vertx, Probes probes, Supplier<Future<String>> metrics) {
    return new Routes(vertx, Endpoint.Port.MANAGEMENT)
        .before(new SecureHeaders())
        .before(new HostCheck())
        .before(new PathCheck())
        .serve(Endpoint.LIVE, answer(probes::live))
        .serve(Endpoint.LIVE_Z, answer(probes::live))
        .serve(Endpoint.STARTED, answer(probes::started))
        .serve(Endpoint.STARTED_Z, answer(probes::started))
        .serve(Endpoint.READY, answer(probes::ready))
        .serve(Endpoint.READY_Z, answer(probes::ready))
        .serve(Endpoint.METRICS, context -> scrape(vertx, context, metrics))
        .serve(
            Endpoint.MANAGEMENT_DESCRIPTION, new DescriptionHttp(vertx, Endpoint.Port.MANAGEMENT))
        .build(ManagementServer::refuse);
  }

  private static Handler<RoutingContext> answer(Supplier<Probes.Answer> probe) {
    return context -> {
      Probes.Answer answer = probe.get();
      Answers.json(context, answer.status(), answer.json());
    };
  }

  private static void scrape(
      Vertx vertx, RoutingContext context, Supplier<Future<String>> metrics) {
    boolean packed = Gzip.accepted(context.request().getHeader("accept-encoding"));
    metrics
        .get()
        .map(page -> page.getBytes(StandardCharsets.UTF_8))
        .compose(
            page ->
                packed
                    ? vertx.executeBlocking(() -> Gzip.compress(page), false)
                    : Future.succeededFuture(page))
        .onSuccess(page -> send(context.response(), Buffer.buffer(page), packed))
        .onFailure(context::fail);
  }

  private static void send(HttpServerResponse response, Buffer page, boolean packed) {
    if (response.ended() || response.closed()) {
      return;
    }
    response
        .setStatusCode(200)
        .putHeader("content-type", PROMETHEUS)
        .putHeader("vary", "accept-encoding");
    if (packed) {
      response.putHeader("content-encoding", Gzip.NAME);
    }
    response.end(page);
  }

  /** Nothing but the status; a body that is still coming is not waited for. */
  private static void refuse(RoutingContext context) {
    HttpServerRequest request = context.request();
    HttpServerResponse response = context.response();
    if (response.headWritten() || response.ended() || response.closed()) {
      return;
    }
    int status = context.statusCode();
    if (context.failure() instanceof HttpFailure known) {
      known.headers().forEach(response::putHeader);
      status = known.status();
    } else if (status != 421) {
      status = HttpErrors.failure(context).status();
    }
    response
        .setStatusCode(status)
        .putHeader("connection", "close")
        .end()
        .onComplete(sent -> request.connection().close());
  }
}
