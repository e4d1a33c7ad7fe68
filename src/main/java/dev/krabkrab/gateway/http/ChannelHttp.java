package dev.krabkrab.gateway.http;

import dev.krabkrab.gateway.channels.HookAnswer;
import dev.krabkrab.gateway.channels.HookRequest;
import dev.krabkrab.gateway.http.HttpBody.BadBody;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
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
  @FunctionalInterface
  public interface Hooks {
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
      HttpBody.bytes(request, MOST_BYTES)
          .compose(
              body ->
                  hooks.hook(
                      path.group(1),
                      path.group(2),
                      new HookRequest(name -> header(request, name), body.getBytes())))
          .otherwise(ChannelHttp::refusal)
          .onSuccess(answer -> answer(request, answer));
    }
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
    SecureHeaders.of(request)
        .setStatusCode(answer.status())
        .putHeader("content-type", "application/json; charset=utf-8")
        .end(answer.body());
  }
}
