package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Slack's side of Socket Mode: each envelope goes to one of the connections, and again when nobody
 * says in time that it arrived, or the connection ends before.
 */
public final class SlackSockets {
  private static final long AGAIN_MS = 3_000;
  private static final long REFRESH_MS = 1_500;

  private final Vertx vertx;
  private final List<ServerWebSocket> open = new ArrayList<>();
  private final List<ServerWebSocket> leaving = new ArrayList<>();
  private final List<ServerWebSocket> frozen = new ArrayList<>();
  private final Map<String, Envelope> waiting = new LinkedHashMap<>();
  private int count;
  private int opened;
  private boolean deaf;
  private @Nullable String ending;

  private static final class Envelope {
    final ObjectNode content;
    @Nullable ServerWebSocket on;
    int sent;

    Envelope(ObjectNode content) {
      this.content = content;
    }
  }

  SlackSockets(Vertx vertx) {
    this.vertx = vertx;
  }

  synchronized void opened(ServerWebSocket socket) {
    opened++;
    open.removeAll(frozen);
    open.add(socket);
    socket.textMessageHandler(text -> heard(socket, text));
    socket.closeHandler(gone -> closed(socket));
    socket.writeTextMessage("{\"type\":\"hello\",\"num_connections\":" + open.size() + "}");
    if (ending != null) {
      socket.writeTextMessage(
          Json.text(Json.object().put("type", "disconnect").put("reason", ending)));
      return;
    }
    flush();
  }

  /** Every connection from now on is to be replaced at once, for this reason. */
  public synchronized void endAtOnce(String reason) {
    ending = reason;
  }

  /** How many there have been. */
  public synchronized int opened() {
    return opened;
  }

  /** How many there are. */
  public synchronized int connected() {
    return open.size() + leaving.size();
  }

  /** Envelopes that nobody has taken. */
  public synchronized int unacknowledged() {
    return waiting.size();
  }

  synchronized void send(String type, ObjectNode payload) {
    String id = "envelope-" + count++;
    ObjectNode content =
        Json.object()
            .put("envelope_id", id)
            .put("type", type)
            .put("accepts_response_payload", false);
    content.set("payload", payload);
    waiting.put(id, new Envelope(content));
    flush();
  }

  private synchronized void flush() {
    for (Envelope one : waiting.values()) {
      if (one.on == null && !open.isEmpty()) {
        ServerWebSocket socket = open.get(count % open.size());
        one.on = socket;
        one.content.put("retry_attempt", one.sent++);
        if (!frozen.contains(socket)) {
          socket.writeTextMessage(Json.text(one.content));
        }
        vertx.setTimer(AGAIN_MS, late -> again(one, socket));
      }
    }
  }

  private synchronized void again(Envelope one, ServerWebSocket socket) {
    if (one.on == socket) {
      one.on = null;
      flush();
    }
  }

  private synchronized void heard(ServerWebSocket socket, String text) {
    JsonNode frame = Json.tryParse(text);
    if (frame != null && !deaf) {
      waiting.remove(frame.path("envelope_id").asText());
    }
  }

  /** What is acknowledged from now on does not arrive, or does again. */
  public synchronized void deaf(boolean is) {
    deaf = is;
  }

  private synchronized void closed(ServerWebSocket socket) {
    open.remove(socket);
    leaving.remove(socket);
    waiting.values().stream().filter(one -> one.on == socket).forEach(one -> one.on = null);
    flush();
  }

  /** Connections are to be replaced: nothing new comes on them, and they end a moment later. */
  public synchronized void refresh() {
    for (ServerWebSocket socket : List.copyOf(open)) {
      open.remove(socket);
      leaving.add(socket);
      socket.writeTextMessage("{\"type\":\"disconnect\",\"reason\":\"warning\"}");
      socket.writeTextMessage("{\"type\":\"disconnect\",\"reason\":\"refresh_requested\"}");
      vertx.setTimer(REFRESH_MS, over -> socket.close());
    }
  }

  /** Connections stay open, and nothing goes over them any more, pings and pongs neither. */
  public synchronized void freeze() {
    for (ServerWebSocket socket : open) {
      frozen.add(socket);
      ((WebSocketInternal) socket).channelHandlerContext().channel().config().setAutoRead(false);
    }
  }

  /** Every connection breaks. */
  public synchronized void drop() {
    for (ServerWebSocket socket : List.copyOf(open)) {
      ((WebSocketInternal) socket).channelHandlerContext().close();
    }
  }
}
