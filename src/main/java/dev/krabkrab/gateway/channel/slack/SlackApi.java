package dev.krabkrab.gateway.channel.slack;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.ChannelAccount;
import dev.krabkrab.gateway.channel.ChannelHttp;
import dev.krabkrab.gateway.channel.DeliveryException;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Set;

/** Calls of the Web API. */
final class SlackApi {
  private static final String HOME = "https://slack.com";
  private static final long TIMEOUT_MS = 20_000;

  /** What Slack may get over; everything else will be refused the next time, too. */
  private static final Set<String> PASSING =
      Set.of(
          "ratelimited",
          "rate_limited",
          "service_unavailable",
          "internal_error",
          "fatal_error",
          "request_timeout");

  /** What operators may not know of errors. */
  private static final Map<String, String> MEANINGS =
      Map.of(
          "channel_not_found", "there is no such channel, or the app was not invited to it",
          "is_archived", "the channel is archived",
          "not_in_channel", "the app was not invited to the channel",
          "restricted_action", "the workspace does not let the app write there",
          "missing_scope", "the app lacks a permission; docs/operations/channels.md lists them",
          "account_inactive", "the app was removed from the workspace",
          "thread_not_found", "the thread is gone",
          "msg_too_long", "the message is too long");

  private final ChannelHttp net;
  private final String root;
  private final String botToken;
  private final String appToken;

  /**
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  SlackApi(ChannelAccount account, ChannelHttp net) {
    this.net = net;
    this.botToken = token(account, SlackProvider.BOT_TOKEN, "xoxb-");
    this.appToken = token(account, SlackProvider.APP_TOKEN, "xapp-");
    this.root = account.address("apiRoot", HOME).replaceAll("/+$", "");
  }

  private static String token(ChannelAccount account, String name, String prefix) {
    String token = account.required(name);
    if (!token.startsWith(prefix)) {
      throw new IllegalArgumentException(
          account.where() + "." + name + " must begin with " + prefix);
    }
    return token;
  }

  /** Calls a method as the bot; fails with {@link DeliveryException}. */
  Future<ObjectNode> call(String method, ObjectNode params) {
    return call(method, params, botToken);
  }

  /** Where to connect to hear of what happens. */
  Future<String> socket() {
    return call("apps.connections.open", Json.object(), appToken)
        .map(answer -> answer.path("url").asText())
        .compose(
            url ->
                url.startsWith("wss://") || url.startsWith("ws://")
                    ? Future.succeededFuture(url)
                    : Future.failedFuture(
                        DeliveryException.passing("Slack names no address to connect to", 0)));
  }

  private Future<ObjectNode> call(String method, ObjectNode params, String token) {
    return net.post(
            root + "/api/" + method, Map.of("authorization", "Bearer " + token), params, TIMEOUT_MS)
        .transform(
            answered ->
                answered.succeeded()
                    ? result(answered.result())
                    : Future.failedFuture(
                        DeliveryException.passing(
                            "Slack cannot be reached: " + answered.cause().getMessage(), 0)));
  }

  private static Future<ObjectNode> result(ChannelHttp.Answer answer) {
    ObjectNode json = answer.json();
    if (answer.status() == 200 && json.path("ok").asBoolean()) {
      return Future.succeededFuture(json);
    }
    String error = json.path("error").asText("HTTP " + answer.status());
    boolean passing = answer.status() == 429 || answer.status() >= 500 || PASSING.contains(error);
    return Future.failedFuture(
        passing
            ? DeliveryException.passing("Slack: " + error, retryAfter(answer))
            : DeliveryException.refused("Slack: " + error + meaning(error)));
  }

  private static String meaning(String error) {
    String meaning = MEANINGS.get(error);
    return meaning == null ? "" : " (" + meaning + ")";
  }

  private static long retryAfter(ChannelHttp.Answer answer) {
    String seconds = answer.headers().getOrDefault("retry-after", "0");
    return seconds.matches("\\d{1,6}") ? Long.parseLong(seconds) * 1_000 : 0;
  }

  /** Reads a file that people sent. The token is shown to nobody but Slack. */
  Future<Buffer> file(String url, int most) {
    if (!isSlacks(url)) {
      return Future.failedFuture(DeliveryException.refused("a file that is not at Slack's"));
    }
    return net.get(url, Map.of("authorization", "Bearer " + botToken), most, TIMEOUT_MS)
        .compose(
            answer ->
                answer.status() == 200
                    ? Future.succeededFuture(answer.body())
                    : Future.failedFuture(
                        DeliveryException.refused("Slack does not give the file")));
  }

  private boolean isSlacks(String url) {
    try {
      URI uri = new URI(url);
      String host = String.valueOf(uri.getHost());
      return url.startsWith(root + "/")
          || ("https".equals(uri.getScheme())
              && (host.equals("slack.com") || host.endsWith(".slack.com")));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
