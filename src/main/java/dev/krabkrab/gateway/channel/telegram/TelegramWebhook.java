package dev.krabkrab.gateway.channel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.ChannelConnector.ListenerStatus;
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
 * Registers the webhook and its secret with the Bot API. That shows the address but no secret, so
 * that whoever registered leaves a mark for the next one.
 */
final class TelegramWebhook implements Listening {
  private final Vertx vertx;
  private final TelegramApi api;
  private final String url;
  private final String secret;
  private final ListenerStatus status;
  private final Backoff.Attempts attempts;
  private Future<Void> working = Future.succeededFuture();
  private boolean stopped;

  TelegramWebhook(
      ChannelHttp net, TelegramApi api, String url, String secret, ListenerStatus status) {
    this.vertx = net.vertx();
    this.attempts = net.attempts();
    this.api = api;
    this.url = url;
    this.secret = secret;
    this.status = status;
  }

  TelegramWebhook begin() {
    register();
    return this;
  }

  private void register() {
    if (stopped) {
      return;
    }
    String mark = mark();
    working =
        Future.all(status.mark(), api.call("getWebhookInfo", Json.object()))
            .compose(
                found -> {
                  JsonNode info = found.resultAt(1);
                  boolean known =
                      mark.equals(found.resultAt(0)) && url.equals(info.path("url").asText());
                  return known ? Future.succeededFuture() : set().compose(set -> status.mark(mark));
                });
    working.onComplete(
        registered -> status.connected(),
        away -> {
          if (!stopped) {
            status.disconnected(String.valueOf(away.getMessage()));
            vertx.setTimer(attempts.nextMs(Retry.requestedMs(away)), again -> register());
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
