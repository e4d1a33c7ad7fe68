package dev.krabkrab.gateway.channels.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channels.ChannelConnector.Inbox;
import dev.krabkrab.gateway.channels.ChannelConnector.ListenerNews;
import dev.krabkrab.gateway.channels.ChannelConnector.Listening;
import dev.krabkrab.gateway.channels.DeliveryException;
import dev.krabkrab.gateway.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Iterator;

/**
 * Asks the Bot API for news, over and over. News count as read when the next ones are asked for, so
 * that nothing is lost with whoever asked: the next one is told it again.
 */
final class TelegramListener implements Listening {
  private static final int WAIT_SECONDS = 25;
  private static final long ANSWER_MS = (WAIT_SECONDS + 15) * 1_000L;
  private static final long FIRST_PAUSE_MS = 1_000;
  private static final long LONGEST_PAUSE_MS = 30_000;

  private final Vertx vertx;
  private final TelegramApi api;
  private final TelegramUpdates updates;
  private final Inbox inbox;
  private final ListenerNews news;
  private Future<Void> working = Future.succeededFuture();
  private long next;
  private long pauseMs = FIRST_PAUSE_MS;
  private boolean connected;
  private boolean stopped;

  TelegramListener(
      Vertx vertx, TelegramApi api, TelegramUpdates updates, Inbox inbox, ListenerNews news) {
    this.vertx = vertx;
    this.api = api;
    this.updates = updates;
    this.inbox = inbox;
    this.news = news;
  }

  /** A bot with a webhook is told nothing here. */
  TelegramListener begin() {
    api.call("deleteWebhook", Json.object())
        .onComplete(
            removed -> ask(),
            away -> {
              trouble(away);
              vertx.setTimer(
                  pause(away),
                  again -> {
                    if (!stopped) {
                      begin();
                    }
                  });
            });
    return this;
  }

  private void ask() {
    if (stopped) {
      return;
    }
    ObjectNode params = Json.object().put("timeout", WAIT_SECONDS);
    params.set("allowed_updates", TelegramUpdates.wanted());
    if (next > 0) {
      params.put("offset", next);
    }
    api.call("getUpdates", params, ANSWER_MS)
        .compose(
            found -> {
              if (stopped) {
                return Future.succeededFuture();
              }
              if (!connected) {
                connected = true;
                news.connected();
              }
              working = take(found.iterator());
              return working;
            })
        .onComplete(
            taken -> {
              pauseMs = FIRST_PAUSE_MS;
              ask();
            },
            away -> {
              trouble(away);
              vertx.setTimer(pause(away), again -> ask());
            });
  }

  private Future<Void> take(Iterator<JsonNode> found) {
    if (stopped || !found.hasNext()) {
      return Future.succeededFuture();
    }
    JsonNode update = found.next();
    return updates
        .give(update, inbox)
        .compose(
            taken -> {
              next = update.path("update_id").asLong() + 1;
              return take(found);
            });
  }

  private void trouble(Throwable why) {
    if (!stopped) {
      connected = false;
      news.disconnected(String.valueOf(why.getMessage()));
    }
  }

  private long pause(Throwable why) {
    long said = why instanceof DeliveryException known ? known.retryAfterMs() : 0;
    long pause = Math.max(said, pauseMs);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    return pause;
  }

  @Override
  public Future<Void> stop() {
    stopped = true;
    return working.otherwiseEmpty();
  }
}
