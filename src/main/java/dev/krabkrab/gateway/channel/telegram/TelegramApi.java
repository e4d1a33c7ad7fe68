package dev.krabkrab.gateway.channel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.ChannelAccount;
import dev.krabkrab.gateway.channel.ChannelHttp;
import dev.krabkrab.gateway.channel.DeliveryException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.regex.Pattern;

/** Calls of the Bot API. The token is part of every address, so that no address is ever shown. */
final class TelegramApi {
  private static final String HOME = "https://api.telegram.org";
  private static final Pattern TOKEN = Pattern.compile("\\d{3,20}:[A-Za-z0-9_-]{8,128}");
  private static final long TIMEOUT_MS = 20_000;

  private final ChannelHttp net;
  private final String root;
  private final String token;

  /**
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  TelegramApi(ChannelAccount account, ChannelHttp net) {
    this.net = net;
    this.token = account.required(TelegramProvider.TOKEN);
    if (!TOKEN.matcher(token).matches()) {
      throw new IllegalArgumentException(
          account.where() + ".botToken is no bot token; @BotFather gives them, as 123456:ABC…");
    }
    this.root = account.address("apiRoot", HOME).replaceAll("/+$", "");
  }

  /** Calls a method; fails with {@link DeliveryException}. */
  Future<JsonNode> call(String method, ObjectNode params) {
    return call(method, params, TIMEOUT_MS);
  }

  /** The same with a time for it. */
  Future<JsonNode> call(String method, ObjectNode params, long timeoutMs) {
    return net.post(root + "/bot" + token + "/" + method, Map.of(), params, timeoutMs)
        .transform(
            answered ->
                answered.succeeded()
                    ? result(answered.result())
                    : Future.failedFuture(
                        DeliveryException.passing(
                            "Telegram cannot be reached: " + clean(answered.cause()), 0)));
  }

  private static Future<JsonNode> result(ChannelHttp.Answer answer) {
    ObjectNode json = answer.json();
    if (json.path("ok").asBoolean()) {
      return Future.succeededFuture(json.path("result"));
    }
    return Future.failedFuture(TelegramRefusal.of(answer.status(), json));
  }

  /** Reads a file that people sent. */
  Future<Buffer> file(String path, int most) {
    return net.get(root + "/file/bot" + token + "/" + path, Map.of(), most, TIMEOUT_MS)
        .transform(
            answered ->
                answered.succeeded() && answered.result().status() == 200
                    ? Future.succeededFuture(answered.result().body())
                    : Future.failedFuture(
                        DeliveryException.passing("Telegram does not give the file", 0)));
  }

  private String clean(Throwable cause) {
    return String.valueOf(cause.getMessage()).replace(token, "***");
  }
}
