package dev.krabkrab.gateway.channel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.ChannelConnector.Inbox;
import dev.krabkrab.gateway.channel.ChannelConnector.ListenerStatus;
import dev.krabkrab.gateway.channel.ChannelConnector.Listening;
import dev.krabkrab.gateway.channel.ChannelHttp;
import dev.krabkrab.gateway.channel.Retry;
import dev.krabkrab.gateway.platform.net.Backoff;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * Polls the Bot API for updates. Updates count as read when the next ones are requested, so that
 * nothing is lost with the instance that polled: the next one gets them again.
 */
final class TelegramListener implements Listening {
  private static final int WAIT_SECONDS = 25;
  private static final long ANSWER_MS = (WAIT_SECONDS + 15) * 1_000L;

  /** An update is left out after so many failures, */
  private static final int FAILURES = 5;

  /** but not before so long after the first. */
  static final long FAILING_MS = 60_000;

  /** Between two questions when there is always something new, at most, in milliseconds. */
  private static final long NEWS_MS = 100;

  /** Questions in a row that are answered at once with nothing new: the operator is told. */
  private static final int HASTY = 3;

  private final Vertx vertx;
  private final TelegramApi api;
  private final TelegramUpdates updates;
  private final Inbox inbox;
  private final ListenerStatus status;
  private final long failingMs;
  private final Backoff.Attempts attempts;
  private final TelegramAlbums albums = new TelegramAlbums();
  private Future<Void> working = Future.succeededFuture();
  private long next;
  private int failures;
  private long failingSince;
  private int hasty;
  private boolean connected;
  private boolean stopped;

  TelegramListener(
      ChannelHttp net,
      TelegramApi api,
      TelegramUpdates updates,
      Inbox inbox,
      ListenerStatus status,
      long failingMs) {
    this.vertx = net.vertx();
    this.attempts = net.attempts();
    this.api = api;
    this.updates = updates;
    this.inbox = inbox;
    this.status = status;
    this.failingMs = failingMs;
  }

  /** A bot with a webhook gets no updates here. */
  TelegramListener begin() {
    api.call("deleteWebhook", Json.object())
        .onComplete(
            removed -> ask(),
            away -> {
              trouble(away);
              vertx.setTimer(
                  attempts.nextMs(Retry.requestedMs(away)),
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
    attempts.begin();
    long before = next;
    ObjectNode params = Json.object().put("timeout", WAIT_SECONDS);
    params.set("allowed_updates", TelegramUpdates.wanted());
    if (next > 0) {
      params.put("offset", next);
    }
    api.call("getUpdates", params, ANSWER_MS)
        .compose(
            found -> {
              if (stopped) {
                return Future.succeededFuture(false);
              }
              boolean grows = albums.mayGrow(found);
              working = grows ? working : take(TelegramAlbums.joined(found).iterator());
              return working.map(taken -> grows);
            })
        .onComplete(
            grows -> {
              attempts.reset();
              if (Boolean.TRUE.equals(grows)) {
                later(TelegramAlbums.REST_MS);
              } else {
                served(next > before);
              }
            },
            away -> {
              trouble(away);
              later(attempts.nextMs(Retry.requestedMs(away)));
            });
  }

  /** An answer is waited for as long as nothing is new: who has none at once is at fault. */
  private void served(boolean news) {
    long restMs = attempts.restMs();
    hasty = news || restMs == 0 ? 0 : hasty + 1;
    if (hasty < HASTY && !stopped && !connected) {
      connected = true;
      status.connected();
    } else if (hasty == HASTY) {
      trouble("Telegram answers at once that nothing is new, instead of waiting for news");
    }
    later(news ? Math.min(restMs, NEWS_MS) : restMs);
  }

  private void later(long ms) {
    if (ms > 0) {
      vertx.setTimer(ms, again -> ask());
    } else {
      ask();
    }
  }

  private Future<Void> take(Iterator<JsonNode> found) {
    if (stopped || !found.hasNext()) {
      return Future.succeededFuture();
    }
    JsonNode update = found.next();
    return Future.<Void>succeededFuture()
        .compose(now -> updates.give(update, inbox))
        .recover(failed -> leaveOut(update, failed))
        .compose(
            taken -> {
              failures = 0;
              attempts.reset();
              JsonNode id = update.path("update_id");
              next = id.isIntegralNumber() ? id.asLong() + 1 : next;
              return take(found);
            });
  }

  /**
   * Fails until it is enough. Where the circumstances are at fault, others would fare no better.
   */
  private Future<Void> leaveOut(JsonNode update, Throwable failed) {
    if (Retry.isPassing(failed)) {
      return Future.failedFuture(failed);
    }
    if (failures++ == 0) {
      failingSince = System.nanoTime();
    }
    long forMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - failingSince);
    if (failures < FAILURES || forMs < failingMs) {
      return Future.failedFuture(failed);
    }
    status.skipped(update.path("update_id").asText() + ", " + failed.getClass().getSimpleName());
    return Future.succeededFuture();
  }

  private void trouble(Throwable why) {
    trouble(String.valueOf(why.getMessage()));
  }

  private void trouble(String why) {
    if (!stopped) {
      connected = false;
      status.disconnected(why);
    }
  }

  @Override
  public Future<Void> stop() {
    stopped = true;
    return working.otherwiseEmpty();
  }
}
