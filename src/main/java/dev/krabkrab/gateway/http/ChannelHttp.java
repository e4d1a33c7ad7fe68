package dev.krabkrab.gateway.http;

import dev.krabkrab.gateway.channels.HookAnswer;
import dev.krabkrab.gateway.channels.HookRequest;
import dev.krabkrab.gateway.http.HttpBody.BadBody;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code POST /channels/<channel>/<accountId>}: what channels tell the gateway over HTTP, on any
 * instance. Each channel proves itself in its own way. For one event loop. Protocol 04 §19.
 */
public final class ChannelHttp implements Handler<HttpServerRequest> {
  private static final Pattern PATH =
      Pattern.compile("/channels/([a-z][a-z0-9-]{0,31})/([A-Za-z0-9_.-]{1,64})");
  private static final int MOST_BYTES = 1024 * 1024;

  private final Hooks hooks;
  private final Handler<HttpServerRequest> otherwise;

  /** Gives a request to a channel. */
  public interface Hooks {
    /**
     * Whether a request with these headers may be one of the channel's, before its body is read.
     * Answered on the caller's context; empty when it may.
     */
    Future<Optional<HookAnswer>> turnedAway(
        String channel, String accountId, UnaryOperator<String> headers);

    /** Answered on the caller's context. */
    Future<HookAnswer> hook(String channel, String accountId, HookRequest request);
  }

  /**
   * @param otherwise answers what is nothing of this
   */
  public ChannelHttp(Hooks hooks, Handler<HttpServerRequest> otherwise) {
    this.hooks = hooks;
    this.otherwise = otherwise;
  }

  @Override
  public void handle(HttpServerRequest request) {
    Matcher path = PATH.matcher(String.valueOf(request.path()));
    if (!path.matches()) {
      otherwise.handle(request);
    } else if (request.method() != HttpMethod.POST) {
      Answers.notAllowed(request, "POST");
    } else {
      // Nobody has proved anything yet; a body that nobody takes is not even read.
      request.pause();
      UnaryOperator<String> headers = name -> header(request, name);
      hooks
          .turnedAway(path.group(1), path.group(2), headers)
          .compose(
              away ->
                  away.isPresent()
                      ? Future.succeededFuture(away.get())
                      : hook(request, path.group(1), path.group(2), headers))
          .otherwise(ChannelHttp::refusal)
          .onSuccess(answer -> answer(request, answer));
    }
  }

  private Future<HookAnswer> hook(
      HttpServerRequest request, String channel, String accountId, UnaryOperator<String> headers) {
    return HttpBody.bytes(request, MOST_BYTES)
        .compose(body -> hooks.hook(channel, accountId, new HookRequest(headers, body.getBytes())));
  }

  private static String header(HttpServerRequest request, String name) {
    String value = request.getHeader(name);
    return value == null ? "" : value;
  }

  private static HookAnswer refusal(Throwable cause) {
    return cause instanceof BadBody bad
        ? new HookAnswer(bad.status(), HookAnswer.bad(String.valueOf(bad.getMessage())).body())
        : HookAnswer.LATER;
  }

  private static void answer(HttpServerRequest request, HookAnswer answer) {
    if (request.response().ended() || request.response().closed()) {
      return;
    }
    SecureHeaders.of(request)
        .setStatusCode(answer.status())
        .putHeader("content-type", "application/json; charset=utf-8")
        .end(answer.body());
  }
}
