package dev.krabkrab.gateway.channel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.ChannelConnector.ListenerNews;
import dev.krabkrab.gateway.channel.ChannelConnector.Listening;
import dev.krabkrab.gateway.channel.ChannelHttp;
import dev.krabkrab.gateway.channel.Retry;
import dev.krabkrab.gateway.platform.net.Backoff;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Sees to it that the Bot API knows where to post news, and with what secret. It shows its address
 * but no secret, so that whoever told it leaves a mark for the next one.
 */
final class TelegramWebhook implements Listening {
  private final Vertx vertx;
  private final TelegramApi api;
  private final String url;
  private final String secret;
  private final ListenerNews news;
  private final Backoff.Attempts attempts;
  private Future<Void> working = Future.succeededFuture();
  private boolean stopped;

  TelegramWebhook(ChannelHttp net, TelegramApi api, String url, String secret, ListenerNews news) {
    this.vertx = net.vertx();
    this.attempts = net.attempts();
    this.api = api;
    this.url = url;
    this.secret = secret;
    this.news = news;
  }

  TelegramWebhook begin() {
    tell();
    return this;
  }

  private void tell() {
    if (stopped) {
      return;
    }
    String mark = mark();
    working =
        Future.all(news.mark(), api.call("getWebhookInfo", Json.object()))
            .compose(
                found -> {
                  JsonNode info = found.resultAt(1);
                  boolean known =
                      mark.equals(found.resultAt(0)) && url.equals(info.path("url").asText());
                  return known ? Future.succeededFuture() : set().compose(set -> news.mark(mark));
                });
    working.onComplete(
        told -> news.connected(),
        away -> {
          if (!stopped) {
            news.disconnected(String.valueOf(away.getMessage()));
            vertx.setTimer(attempts.nextMs(Retry.askedMs(away)), again -> tell());
          }
        });
  }

  private Future<JsonNode> set() {
    ObjectNode params = Json.object().put("url", url).put("secret_token", secret);
    params.set("allowed_updates", TelegramUpdates.wanted());
    return api.call("setWebhook", params);
  }

  private String mark() {
    String all = url + "\n" + secret + "\n" + TelegramUpdates.wanted();
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Future<Void> stop() {
    stopped = true;
    return working.otherwiseEmpty();
  }
}
