package dev.krabkrab.gateway.platform.net;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy on loopback: tunnels by {@code CONNECT} and forwards requests in absolute form. It
 * knows the targets it is told, whatever their names, all of them on this host.
 */
public final class LittleProxy implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final NetClient tunnels = vertx.createNetClient();
  private final HttpClient forward = vertx.createHttpClient();
  private final Map<String, Integer> targets = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> shown = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private volatile @Nullable String wanted;
  private volatile int refusal;
  private volatile boolean hanging;

  public LittleProxy() {
    this.server =
        vertx.createHttpServer().requestHandler(this::take).listen(0, "127.0.0.1").await();
  }

  /** Knows a target, {@code host:port}, from now on. */
  public LittleProxy knows(String target, int port) {
    targets.put(target, port);
    return this;
  }

  /** Lets in who shows this {@code Proxy-Authorization} alone. */
  public LittleProxy wants(@Nullable String authorization) {
    this.wanted = authorization;
    return this;
  }

  /** Refuses everything with a status, or nothing any more with 0. */
  public LittleProxy refuses(int status) {
    this.refusal = status;
    return this;
  }

  /** Takes requests and never answers. */
  public LittleProxy hangs(boolean now) {
    this.hanging = now;
    return this;
  }

  /** Without a user. */
  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  public String address() {
    return "127.0.0.1:" + server.actualPort();
  }

  /** With a user. */
  public String url(String user, String password) {
    return "http://" + user + ":" + password + "@" + address();
  }

  /** The way out through it, for all schemes. */
  public Egress egress(String... except) {
    return egressBy(url(), except);
  }

  public Egress egressBy(String url, String... except) {
    HttpProxy proxy = HttpProxy.parse(url);
    NoProxy without = NoProxy.parse(List.of(except));
    if (proxy == null || without == null) {
      throw new IllegalArgumentException(url);
    }
    return new Egress(proxy, proxy, without);
  }

  /** The request lines in their order, without the version. */
  public List<String> asked() {
    return asked;
  }

  /** What was shown in {@code Proxy-Authorization}. */
  public List<String> shown() {
    return shown;
  }

  private void take(HttpServerRequest request) {
    asked.add(request.method() + " " + request.uri());
    String authorization = request.getHeader("proxy-authorization");
    if (authorization != null) {
      shown.add(authorization);
    }
    if (hanging) {
      return;
    }
    if (wanted != null && !wanted.equals(authorization)) {
      request
          .response()
          .setStatusCode(407)
          .putHeader("proxy-authenticate", "Basic realm=\"little\"")
          .end("who are you?");
    } else if (refusal != 0) {
      request.response().setStatusCode(refusal).end("not there");
    } else if (request.method().equals(HttpMethod.CONNECT)) {
      tunnel(request);
    } else {
      forward(request);
    }
  }

  private void tunnel(HttpServerRequest request) {
    Integer port = targets.get(request.uri());
    if (port == null) {
      request.response().setStatusCode(502).end("no such host");
      return;
    }
    request.pause();
    Future<NetSocket> there = tunnels.connect(port, "127.0.0.1");
    there
        .onSuccess(
            socket ->
                request
                    .toNetSocket()
                    .onSuccess(
                        client -> {
                          client.pipeTo(socket);
                          socket.pipeTo(client);
                        }))
        .onFailure(away -> request.response().setStatusCode(502).end("nobody there"));
  }

  private void forward(HttpServerRequest request) {
    URI uri = URI.create(request.uri());
    String target = uri.getHost() + ":" + (uri.getPort() < 0 ? 80 : uri.getPort());
    Integer port = targets.get(target);
    if (port == null) {
      request.response().setStatusCode(502).end("no such host");
      return;
    }
    String path = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    request
        .body()
        .compose(
            body ->
                forward
                    .request(
                        new RequestOptions()
                            .setMethod(request.method())
                            .setHost("127.0.0.1")
                            .setPort(port)
                            .setURI(path))
                    .compose(
                        out -> {
                          request
                              .headers()
                              .forEach(
                                  header -> {
                                    if (!header
                                        .getKey()
                                        .toLowerCase(java.util.Locale.ROOT)
                                        .startsWith("proxy-")) {
                                      out.putHeader(header.getKey(), header.getValue());
                                    }
                                  });
                          out.headers().set("host", target);
                          return out.send(body);
                        }))
        .compose(
            answer ->
                answer
                    .body()
                    .compose(
                        body -> {
                          request.response().setStatusCode(answer.statusCode());
                          String type = answer.getHeader("content-type");
                          if (type != null) {
                            request.response().putHeader("content-type", type);
                          }
                          return request.response().end(body);
                        }))
        .onFailure(away -> request.response().setStatusCode(502).end("nobody there"));
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
