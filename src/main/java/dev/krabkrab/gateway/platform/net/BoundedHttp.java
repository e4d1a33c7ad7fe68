package dev.krabkrab.gateway.platform.net;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP client with bounds: a time to connect, a time for the whole answer, a size of its body.
 * It follows no redirects: whoever wants to judges each address first. Safe from any thread;
 * answers arrive on the caller's context.
 */
public final class BoundedHttp {
  private static final String UNREADABLE = "the address cannot be read";

  private final HttpClientAgent client;
  private final Egress egress;
  private final int connectMs;

  /**
   * @param egress the way out
   * @param options all but the time to connect
   * @param connectMs longest time to connect
   */
  public BoundedHttp(
      Vertx vertx, Egress egress, HttpClientOptions options, PoolOptions pool, int connectMs) {
    this.egress = egress;
    this.connectMs = connectMs;
    this.client =
        vertx
            .httpClientBuilder()
            .with(options.setConnectTimeout(connectMs).setVerifyHost(true))
            .with(pool)
            .build();
  }

  /**
   * What is waited for and read.
   *
   * @param timeoutMs from the request to the end of the answer
   * @param mostBytes of a body
   * @param reads of which answers the body is read; of others it is left empty
   */
  public record Bounds(long timeoutMs, int mostBytes, Predicate<Head> reads) {
    /** The body of every answer. */
    public Bounds(long timeoutMs, int mostBytes) {
      this(timeoutMs, mostBytes, head -> true);
    }
  }

  /** What comes before a body. */
  public record Head(int status, MultiMap headers) {
    /** A header, by its name in any case. */
    public @Nullable String header(String name) {
      return headers.get(name);
    }
  }

  /**
   * An answer.
   *
   * @param cut whether there was more of the body than the bound
   */
  public record Answer(Head head, Buffer body, boolean cut) {
    public int status() {
      return head.status();
    }
  }

  /** The connection ended before the answer did. */
  public static final class BrokenOffException extends IOException {
    private static final long serialVersionUID = 1L;

    BrokenOffException(Throwable cause) {
      super("the answer broke off", cause);
    }
  }

  /**
   * Gives a request an absolute address. What Vert.x says of one it cannot read is the address,
   * which may hold a secret, so it is not passed on.
   */
  public static Future<RequestOptions> addressed(RequestOptions request, String url) {
    try {
      request.setAbsoluteURI(url);
    } catch (VertxException | IllegalArgumentException e) {
      return Future.failedFuture(new IllegalArgumentException(UNREADABLE));
    }
    return request.getHost() == null
        ? Future.failedFuture(new IllegalArgumentException(UNREADABLE))
        : Future.succeededFuture(request);
  }

  /** Sends a request to an absolute address. */
  public Future<Answer> ask(String url, RequestOptions request, Buffer body, Bounds bounds) {
    return addressed(request, url).compose(to -> ask(to, body, bounds));
  }

  /**
   * Sends a request.
   *
   * @param body empty for none
   * @return any answer; fails with {@link TimeoutException}, with {@link BrokenOffException}, with
   *     {@link IllegalArgumentException} when the request cannot be sent as it is, with {@link
   *     ProxyFailure} when the server cannot be reached through a proxy, and otherwise when it
   *     cannot be reached
   */
  public Future<Answer> ask(RequestOptions request, Buffer body, Bounds bounds) {
    HttpProxy proxy = egress.of(request);
    Future<HttpClientRequest> opened;
    try {
      opened = open(request.setFollowRedirects(false), proxy);
    } catch (RuntimeException e) {
      return Future.failedFuture(new IllegalArgumentException("the request cannot be sent"));
    }
    Future<Answer> whole =
        opened
            .compose(open -> answer(open, body, bounds))
            .timeout(bounds.timeoutMs(), TimeUnit.MILLISECONDS);
    // Also one that is opened after its time.
    whole.onFailure(failed -> opened.onSuccess(HttpClientRequest::reset));
    return proxy == null ? whole : judged(whole, proxy);
  }

  /**
   * What was judged by its address goes to that address: a proxy is asked for a tunnel to it, since
   * it would look the name of a plain request up again.
   */
  private Future<HttpClientRequest> open(RequestOptions request, @Nullable HttpProxy proxy) {
    if (proxy == null) {
      return client.request(request);
    }
    if (request.getServer() == null || Boolean.TRUE.equals(request.isSsl())) {
      return client.request(request.setProxyOptions(proxy.options(connectMs)));
    }
    return client
        .connect(
            new HttpConnectOptions()
                .setServer(request.getServer())
                .setHost(request.getHost())
                .setPort(request.getPort())
                .setSsl(false)
                .setProxyOptions(proxy.options(connectMs)))
        .compose(
            tunnel ->
                tunnel
                    .request(request)
                    .onFailure(failed -> tunnel.close())
                    .onSuccess(
                        open ->
                            open.response()
                                .compose(HttpClientResponse::end)
                                .eventually(tunnel::close)));
  }

  private static Future<Answer> judged(Future<Answer> whole, HttpProxy proxy) {
    return whole
        .recover(
            failed ->
                Future.failedFuture(
                    switch (failed) {
                      case TimeoutException late ->
                          new TimeoutException("no answer in time" + Egress.words(proxy));
                      case BrokenOffException broken -> broken;
                      default -> ProxyFailure.of(proxy, failed);
                    }))
        .compose(
            answer ->
                ProxyFailure.wantsUser(answer.status())
                    ? Future.failedFuture(ProxyFailure.of(proxy, answer.status()))
                    : Future.succeededFuture(answer));
  }

  /** Reads on the context of the request: on another one the answer may be over too soon. */
  private static Future<Answer> answer(HttpClientRequest open, Buffer body, Bounds bounds) {
    Future<HttpClientResponse> begun = body.length() == 0 ? open.send() : open.send(body);
    return begun.compose(response -> read(response, bounds));
  }

  private static Future<Answer> read(HttpClientResponse response, Bounds bounds) {
    Head head = new Head(response.statusCode(), response.headers());
    Buffer read = Buffer.buffer();
    if (!bounds.reads().test(head)) {
      drop(response);
      return Future.succeededFuture(new Answer(head, read, false));
    }
    Promise<Answer> whole = Promise.promise();
    response
        .handler(
            part -> {
              int room = bounds.mostBytes() - read.length();
              read.appendBuffer(part.length() <= room ? part : part.slice(0, room));
              if (part.length() > room) {
                whole.tryComplete(new Answer(head, read, true));
                drop(response);
              }
            })
        .exceptionHandler(broken -> whole.tryFail(new BrokenOffException(broken)))
        .endHandler(end -> whole.tryComplete(new Answer(head, read, false)));
    return whole.future();
  }

  private static void drop(HttpClientResponse response) {
    response.exceptionHandler(itsOwnReset -> {});
    response.request().reset();
  }

  /** Ends what is under way. */
  public void close() {
    client.close();
  }
}
