package dev.krabkrab.gateway.agent.tools;

import dev.krabkrab.gateway.platform.net.BoundedHttp;
import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.net.ProxyFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what a {@link FetchPolicy} allows. A name is looked up once, and the request goes to an
 * address that was judged: what the name says a moment later does not count.
 */
final class HttpFetch {
  private static final int CONNECT_TIMEOUT_MS = 5_000;

  /** Looks names up; may wait for the network. */
  interface Names {
    InetAddress[] of(String host) throws IOException;
  }

  /**
   * A fetched page.
   *
   * @param from the last address of a chain of redirects
   * @param contentType as the server gave it
   * @param cut whether there was more
   */
  record Page(URI from, int status, String contentType, Buffer body, boolean cut) {}

  private final Vertx vertx;
  private final BoundedHttp http;
  private final Names names;

  HttpFetch(Vertx vertx, Egress egress, HttpClientOptions options, Names names) {
    this.vertx = vertx;
    this.names = names;
    this.http =
        new BoundedHttp(
            vertx,
            egress,
            options
                .setSslEngineOptions(new JdkSSLEngineOptions().setUseWorkerThread(true))
                .setKeepAlive(false)
                .setMaxInitialLineLength(8_192)
                .setMaxHeaderSize(32_768),
            new PoolOptions(),
            CONNECT_TIMEOUT_MS);
  }

  /** Fails with a message for the requester. */
  Future<Page> get(URI uri, FetchPolicy rules) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(rules.timeoutMs());
    FetchTarget target;
    try {
      target = FetchTarget.of(uri);
    } catch (IllegalArgumentException e) {
      return Future.failedFuture(e);
    }
    return get(target, rules, until, 0)
        .timeout(rules.timeoutMs(), TimeUnit.MILLISECONDS)
        .recover(
            failed ->
                Future.failedFuture(
                    failed instanceof TimeoutException
                        ? new IllegalArgumentException(
                            "no answer within " + rules.timeoutMs() + " ms")
                        : failed));
  }

  private Future<Page> get(FetchTarget target, FetchPolicy rules, long until, int redirects) {
    String objection = rules.objection(target);
    if (objection != null) {
      return Future.failedFuture(new IllegalArgumentException(objection));
    }
    return address(target, rules)
        .compose(address -> send(target, address, rules, until))
        .compose(
            answer -> {
              String location = redirect(answer.head());
              if (location == null) {
                return page(target, answer, rules);
              }
              return redirects == rules.redirects()
                  ? Future.failedFuture(
                      new IllegalArgumentException(
                          "Too many redirects (limit: " + rules.redirects() + ")"))
                  : get(next(target, location), rules, until, redirects + 1);
            });
  }

  private static FetchTarget next(FetchTarget target, String location) {
    try {
      return FetchTarget.of(target.uri().resolve(location.strip()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("it redirects to something that is no address", e);
    }
  }

  private Future<InetAddress> address(FetchTarget target, FetchPolicy rules) {
    return vertx
        .executeBlocking(() -> names.of(target.host()), false)
        .map(Objects::requireNonNull)
        .recover(
            unknown ->
                Future.failedFuture(
                    new IllegalArgumentException("there is no host " + target.host())))
        .map(
            found ->
                Arrays.stream(found)
                    .filter(address -> rules.allows(target, address))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                target.host()
                                    + " is in a private network; tools.httpFetch.allow has to"
                                    + " name the address itself")));
  }

  private Future<BoundedHttp.Answer> send(
      FetchTarget target, InetAddress address, FetchPolicy rules, long until) {
    long left = left(until);
    if (left <= 0) {
      return Future.failedFuture(new TimeoutException());
    }
    RequestOptions request =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setServer(SocketAddress.inetSocketAddress(target.port(), address.getHostAddress()))
            .setHost(target.host())
            .setPort(target.port())
            .setSsl(target.secure())
            .setURI(target.path())
            .putHeader("accept", rules.accept())
            .putHeader("user-agent", "krabkrab-gateway");
    BoundedHttp.Bounds bounds =
        new BoundedHttp.Bounds(
            left,
            rules.maxBytes(),
            head -> redirect(head) == null && rules.objection(head) == null);
    return http.ask(request, Buffer.buffer(), bounds)
        .recover(failed -> Future.failedFuture(sentence(failed, target)));
  }

  private static Throwable sentence(Throwable failed, FetchTarget target) {
    return switch (failed) {
      case TimeoutException late -> late;
      case BoundedHttp.BrokenOffException broken ->
          new IllegalArgumentException("the answer broke off", broken);
      case ProxyFailure lost ->
          new IllegalArgumentException(
              target.origin() + " cannot be reached: " + lost.getMessage(), lost);
      default -> new IllegalArgumentException(target.origin() + " cannot be reached", failed);
    };
  }

  private static Future<Page> page(
      FetchTarget target, BoundedHttp.Answer answer, FetchPolicy rules) {
    BoundedHttp.Head head = answer.head();
    String objection = rules.objection(head);
    return objection == null
        ? Future.succeededFuture(
            new Page(
                target.uri(),
                head.status(),
                String.valueOf(head.header("content-type")),
                answer.body(),
                answer.cut()))
        : Future.failedFuture(new IllegalArgumentException(objection));
  }

  private static long left(long until) {
    return TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
  }

  /** Where a redirect leads; null when it is none. */
  private static @Nullable String redirect(BoundedHttp.Head head) {
    return isRedirect(head.status()) ? head.header("location") : null;
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }
}
