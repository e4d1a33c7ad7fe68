package dev.krabkrab.gateway.edge.http;

import dev.krabkrab.gateway.channel.HookAnswer;
import dev.krabkrab.gateway.channel.HookRequest;
import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * {@code POST /channels/<channel>/<accountId>}: what channels send to the gateway over HTTP, on any
 * instance. Each channel proves itself in its own way. For one event loop. Protocol 04 §19.
 */
public final class ChannelHttp {
  static final int MOST_BYTES = 1024 * 1024;

  private final Hooks hooks;

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

  public ChannelHttp(Hooks hooks) {
    this.hooks = hooks;
  }

  void mount(Routes routes) {
    routes.serve(
        Endpoint.CHANNEL,
        () -> true,
        List.of(this::admit, new BoundedBody(MOST_BYTES, ChannelHttp::refusal), this::take));
  }

  /** Nobody has proved anything yet; a body that nobody takes is not even read. */
  private void admit(RoutingContext context) {
    context.request().pause();
    hooks
        .turnedAway(channel(context), account(context), headers(context))
        .onSuccess(away -> away.ifPresentOrElse(no -> answer(context, no), context::next))
        .onFailure(failed -> answer(context, HookAnswer.LATER));
  }

  private void take(RoutingContext context) {
    HookRequest request = new HookRequest(headers(context), BoundedBody.take(context).getBytes());
    hooks
        .hook(channel(context), account(context), request)
        .onSuccess(answer -> answer(context, answer))
        .onFailure(failed -> answer(context, HookAnswer.LATER));
  }

  private static String channel(RoutingContext context) {
    return Objects.requireNonNull(context.pathParam("channel"));
  }

  private static String account(RoutingContext context) {
    return Objects.requireNonNull(context.pathParam("account"));
  }

  private static UnaryOperator<String> headers(RoutingContext context) {
    return name -> {
      String value = context.request().getHeader(name);
      return value == null ? "" : value;
    };
  }

  private static HttpFailure refusal(BadBody bad) {
    return HttpFailure.json(
        bad.status(),
        Json.object().put("ok", false).put("error", String.valueOf(bad.getMessage())));
  }

  private static void answer(RoutingContext context, HookAnswer answer) {
    Answers.send(context, answer.status(), Answers.JSON, answer.body());
  }
}
