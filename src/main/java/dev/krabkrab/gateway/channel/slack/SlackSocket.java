package dev.krabkrab.gateway.channel.slack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.channel.ChannelConnector.Inbox;
import dev.krabkrab.gateway.channel.ChannelConnector.ListenerStatus;
import dev.krabkrab.gateway.channel.ChannelConnector.Listening;
import dev.krabkrab.gateway.channel.ChannelHttp;
import dev.krabkrab.gateway.channel.DeliveryException;
import dev.krabkrab.gateway.channel.Retry;
import dev.krabkrab.gateway.platform.net.Backoff;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of Socket Mode, and the next one when it ends. An event is acknowledged when it
 * cannot be lost any more; Slack sends it again otherwise.
 */
final class SlackSocket implements Listening {
  private static final Logger LOG = LoggerFactory.getLogger(SlackSocket.class);

  /** Between two pings, in milliseconds; whoever did not answer the last one is given up. */
  static final long PING_MS = 15_000;

  /** Why Slack replaces connections now and then. */
  private static final Set<String> USUAL = Set.of("warning", "refresh_requested");

  private final ChannelHttp net;
  private final SlackApi api;
  private final SlackEvents events;
  private final Inbox inbox;
  private final ListenerStatus status;
  private final long pinger;
  private final Backoff.Attempts attempts;
  private Future<Void> working = Future.succeededFuture();
  private @Nullable WebSocket current;
  private boolean answered = true;

  /** Whether the current connection was greeted, and asked whether it lives. */
  private boolean greeted;

  private boolean asked;

  /** Whether the next connection is on its way, or waits for its time. */
  private boolean opening;

  private boolean stopped;

  SlackSocket(
      ChannelHttp net,
      SlackApi api,
      SlackEvents events,
      Inbox inbox,
      ListenerStatus status,
      long pingMs) {
    this.net = net;
    this.attempts = net.attempts();
    this.api = api;
    this.events = events;
    this.inbox = inbox;
    this.status = status;
    this.pinger = net.vertx().setPeriodic(pingMs, timer -> ping());
  }

  SlackSocket begin() {
    open();
    return this;
  }

  private void open() {
    if (stopped || opening) {
      return;
    }
    opening = true;
    api.socket()
        .compose(net::socket)
        .onComplete(
            this::opened,
            away -> {
              boolean known = away instanceof DeliveryException;
              trouble((known ? "" : "Slack cannot be reached: ") + away.getMessage());
              later(attempts.nextMs(Retry.requestedMs(away)));
            });
  }

  private void later(long pauseMs) {
    opening = true;
    net.vertx()
        .setTimer(
            pauseMs,
            again -> {
              opening = false;
              open();
            });
  }

  private void opened(WebSocket socket) {
    opening = false;
    if (stopped) {
      socket.close();
      return;
    }
    WebSocket before = current;
    current = socket;
    answered = true;
    greeted = false;
    asked = false;
    socket.pongHandler(pong -> answered = true);
    socket.textMessageHandler(text -> heard(socket, text));
    socket.closeHandler(gone -> closed(socket, "Slack closed the connection"));
    if (before != null) {
      // Not before what came on it is acknowledged there.
      working.otherwiseEmpty().onComplete(done -> before.close());
    }
  }

  private void closed(WebSocket socket, String why) {
    if (socket == current) {
      current = null;
      if (!stopped && !opening) {
        trouble(why);
        later(attempts.nextMs());
      }
    }
  }

  private void heard(WebSocket socket, String text) {
    JsonNode frame = Json.tryParse(text);
    if (frame == null || stopped) {
      return;
    }
    String type = frame.path("type").asText();
    switch (type) {
      case "hello" -> {
        if (socket == current) {
          greeted = true;
          attempts.serving();
          status.connected();
        }
      }
      case "disconnect" -> {
        if (socket == current) {
          replace(frame.path("reason").asText("no reason"));
        }
      }
      default -> takeEvent(socket, type, frame);
    }
  }

  /**
   * The next connection is there before this one goes. When this one was of no use for long, that
   * is a failure like others: whoever opens connections in a row is blocked.
   */
  private void replace(String reason) {
    if (stopped || opening) {
      return;
    }
    if (attempts.isTrusted()) {
      attempts.reset();
      open();
      return;
    }
    boolean usual = USUAL.contains(reason) && attempts.failures() == 0;
    if (!usual) {
      trouble("Slack ends the connection: " + SafeText.line(reason));
    }
    later(attempts.nextMs());
  }

  private void takeEvent(WebSocket socket, String type, JsonNode frame) {
    String envelope = Json.nonBlank(frame, "envelope_id");
    if (envelope == null) {
      return;
    }
    working =
        working
            .otherwiseEmpty()
            .compose(done -> events.give(type, frame.path("payload"), inbox))
            .onSuccess(
                taken ->
                    socket.writeTextMessage(Json.text(Json.object().put("envelope_id", envelope))))
            .onFailure(e -> LOG.warn("not taken from Slack: {}", e.getMessage()));
  }

  private void ping() {
    WebSocket socket = current;
    if (socket == null) {
      return;
    }
    if (!answered) {
      // A peer that is gone does not answer the end of the connection, either.
      closed(socket, "Slack has fallen silent");
      socket.close();
      return;
    }
    if (asked && !greeted) {
      closed(socket, "Slack does not greet");
      socket.close();
      return;
    }
    asked = true;
    answered = false;
    socket.writePing(Buffer.buffer("krabkrab"));
  }

  private void trouble(String why) {
    if (!stopped) {
      status.disconnected(why);
    }
  }

  @Override
  public Future<Void> stop() {
    stopped = true;
    net.vertx().cancelTimer(pinger);
    return working
        .otherwiseEmpty()
        .onComplete(
            done -> {
              WebSocket socket = current;
              if (socket != null) {
                socket.close();
              }
            });
  }
}
