package dev.krabkrab.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The management port: probes and metrics on a listener of their own, so that they answer before
 * clients are served and while clients are sent away. Each probe has the two spellings in use. Asks
 * for no secret and shows none; nothing at all to a web page that calls loopback by a name of its
 * own.
 */
public final class ManagementServer {
  private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);

  private static final String JSON = "application/json; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private static final Set<String> LOOPBACK_6 = Set.of("::1", "0:0:0:0:0:0:0:1");

  private final HttpServer server;
  private final Map<String, Supplier<Future<Page>>> pages;

  private record Page(int status, String type, Buffer body) {}

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
    Supplier<Future<Page>> live = () -> Future.succeededFuture(page(probes.live()));
    Supplier<Future<Page>> started = () -> Future.succeededFuture(page(probes.started()));
    Supplier<Future<Page>> ready = () -> Future.succeededFuture(page(probes.ready()));
    this.pages =
        Map.of(
            "/health",
            live,
            "/healthz",
            live,
            "/startup",
            started,
            "/startupz",
            started,
            "/ready",
            ready,
            "/readyz",
            ready,
            "/metrics",
            () -> metrics.get().map(ManagementServer::page));
    HttpServerOptions options =
        new HttpServerOptions()
            .setPort(port)
            .setHost(bind)
            .setHttp2ClearTextEnabled(false)
            .setReuseAddress(true);
    this.server = watched.apply(vertx.createHttpServer(options).requestHandler(this::handle));
  }

  /** Opens the port; completes with the one taken. */
  public Future<Integer> listen() {
    return server.listen().map(HttpServer::actualPort);
  }

  private void handle(HttpServerRequest request) {
    HttpServerResponse response = SecureHeaders.of(request);
    Supplier<Future<Page>> wanted = pages.get(String.valueOf(request.path()));
    if (!isMeant(request)) {
      refuse(request, 421);
    } else if (wanted == null) {
      refuse(request, 404);
    } else if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
      response.putHeader("allow", "GET, HEAD");
      refuse(request, 405);
    } else {
      wanted
          .get()
          .onSuccess(page -> answer(response, page))
          .onFailure(
              e -> {
                LOG.error("{} failed", request.path(), e);
                refuse(request, 500);
              });
    }
  }

  /** On loopback, where browsers are, a page that was led here by its name sees nothing. */
  private static boolean isMeant(HttpServerRequest request) {
    SocketAddress here = request.localAddress();
    String address = here == null ? null : here.hostAddress();
    boolean loopback =
        address == null || address.startsWith("127.") || LOOPBACK_6.contains(address);
    return !loopback || HostCheck.isLocalName(request.getHeader("host"));
  }

  private static void answer(HttpServerResponse response, Page page) {
    response.setStatusCode(page.status()).putHeader("content-type", page.type()).end(page.body());
  }

  /** Nothing but the status; a body that is still coming is not waited for. */
  private static void refuse(HttpServerRequest request, int status) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("connection", "close")
        .end()
        .onComplete(sent -> request.connection().close());
  }

  private static Page page(Probes.Answer answer) {
    ObjectNode json = answer.json();
    return new Page(answer.status(), JSON, Buffer.buffer(Json.text(json)));
  }

  private static Page page(String metrics) {
    return new Page(200, PROMETHEUS, Buffer.buffer(metrics));
  }
}
