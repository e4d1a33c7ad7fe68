package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.HttpDouble;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A workspace of Slack over real HTTP and WebSockets, as far as apps use it here: the Web API,
 * files behind the bot token, and Socket Mode, which {@link SlackSockets} speaks.
 */
public final class SlackServer implements AutoCloseable {
  public static final String BOT_TOKEN = "xoxb-krab-bot-token-of-the-tests";
  public static final String APP_TOKEN = "xapp-krab-app-token-of-the-tests";
  public static final String BOT = "U0KRABBOT";

  private static final byte[] PICTURE = {1, 2, 3, 4};
  private static final String PICTURE_PATH = "/files-pri/T1-F1/crab.png";
  private static final Set<String> APP_METHODS = Set.of("apps.connections.open");

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final SlackSockets sockets = new SlackSockets(vertx);
  private final List<ObjectNode> calls = new CopyOnWriteArrayList<>();
  private final Set<String> tickets = ConcurrentHashMap.newKeySet();
  private final Map<String, String> goneThreads = new ConcurrentHashMap<>();
  private final AtomicInteger next = new AtomicInteger(100);
  private final AtomicInteger busy = new AtomicInteger();

  public SlackServer() {
    HttpServer sockets =
        vertx
            .createHttpServer()
            .webSocketHandler(this.sockets::opened)
            .webSocketHandshakeHandler(
                handshake -> {
                  if (tickets.remove(String.valueOf(handshake.query()))) {
                    handshake.accept();
                  } else {
                    handshake.reject(401);
                  }
                });
    server = HttpDouble.listen(sockets, this::answer);
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** The settings of an account here, for the gateway document. */
  public String settings() {
    return "botToken:'" + BOT_TOKEN + "',appToken:'" + APP_TOKEN + "',apiRoot:'" + url() + "'";
  }

  /** Connections, envelopes and what became of them. */
  public SlackSockets sockets() {
    return sockets;
  }

  /** The next so many messages to post are to be posted again a second later. */
  public void limit(int times) {
    busy.set(times);
  }

  /** Whoever posts in a thread is refused with so many words. */
  public void closeThread(String thread, String error) {
    goneThreads.put(thread, error);
  }

  /** Calls of a method that were let in, with their parameters. */
  public List<ObjectNode> calls(String method) {
    return calls.stream().filter(call -> call.path("method").asText().equals(method)).toList();
  }

  /** What was posted in a channel, or to a user, in its order. */
  public List<ObjectNode> posted(String channel) {
    return calls("chat.postMessage").stream()
        .filter(call -> call.path("posted").asText().equals(home(channel)))
        .toList();
  }

  /** The texts of those. */
  public List<String> said(String channel) {
    return posted(channel).stream().map(call -> call.path("text").asText()).toList();
  }

  /** The direct chat with a user. */
  private static String home(String channel) {
    return channel.startsWith("U") ? "D" + channel.substring(1) : channel;
  }

  /** The event of a message; in a channel it may be in a thread. */
  public ObjectNode message(String channel, String user, String text) {
    ObjectNode event =
        Json.object()
            .put("type", "message")
            .put("channel", home(channel))
            .put("channel_type", channel.startsWith("U") ? "im" : "channel")
            .put("user", user)
            .put("text", text)
            .put("ts", "1700000000.000" + next.getAndIncrement());
    event.putObject("user_profile").put("display_name", "name of " + user);
    return event;
  }

  /** Somebody writes to the app. */
  public void write(String user, String text) {
    tell(message(user, user, text));
  }

  /** Somebody mentions the app in a channel, which is told in two ways. */
  public void mention(ObjectNode message) {
    tell(message);
    ObjectNode mention = message.deepCopy().put("type", "app_mention");
    mention.remove("channel_type");
    mention.remove("user_profile");
    tell(mention);
  }

  /** An event happens. */
  public void tell(ObjectNode event) {
    ObjectNode payload = Json.object().put("type", "event_callback").put("team_id", "T1");
    payload.set("event", event);
    sockets.send("events_api", payload);
  }

  /** A message with a picture. */
  public ObjectNode picture(String user, String caption) {
    ObjectNode event = message(user, user, caption).put("subtype", "file_share");
    event
        .putArray("files")
        .addObject()
        .put("mimetype", "image/png")
        .put("url_private", url() + PICTURE_PATH);
    return event;
  }

  /** Somebody presses a button of a message that was posted. */
  public void press(String user, JsonNode posted, int button) {
    JsonNode element = posted.at("/blocks/1/elements/" + button);
    ObjectNode payload = Json.object().put("type", "block_actions");
    payload.putObject("user").put("id", user).put("name", "name of " + user);
    payload.putObject("channel").put("id", posted.path("posted").asText());
    payload.putObject("message").put("ts", "1700000000.000001");
    ArrayNode actions = payload.putArray("actions");
    actions
        .addObject()
        .put("type", "button")
        .put("action_id", element.path("action_id").asText())
        .put("value", element.path("value").asText())
        .put("action_ts", "1700000001." + next.getAndIncrement());
    sockets.send("interactive", payload);
  }

  private void answer(HttpServerRequest request, Buffer body) {
    String bearer = String.valueOf(request.getHeader("authorization"));
    String path = request.path();
    if (path.equals(PICTURE_PATH)) {
      boolean may = bearer.equals("Bearer " + BOT_TOKEN);
      request.response().setStatusCode(may ? 200 : 403).end(Buffer.buffer(PICTURE));
      return;
    }
    String method = path.replaceFirst("^/api/", "");
    String token = APP_METHODS.contains(method) ? APP_TOKEN : BOT_TOKEN;
    if (!bearer.equals("Bearer " + token)) {
      refuse(request.response(), "invalid_auth");
      return;
    }
    ObjectNode call = body.length() == 0 ? Json.object() : Json.parseObject(body.toString());
    call.put("method", method);
    switch (method) {
      case "apps.connections.open" -> {
        calls.add(call);
        ok(request.response(), Json.object().put("url", ticket()));
      }
      case "auth.test" -> {
        calls.add(call);
        ok(
            request.response(),
            Json.object()
                .put("user_id", BOT)
                .put("user", "krab")
                .put("team_id", "T1")
                .put("team", "Crabs"));
      }
      case "chat.postMessage" -> post(request.response(), call);
      default -> refuse(request.response(), "unknown_method");
    }
  }

  /** The address of a connection is good for one. */
  private String ticket() {
    String ticket = "ticket=" + next.getAndIncrement();
    tickets.add(ticket);
    return "ws://127.0.0.1:" + server.actualPort() + "/link?" + ticket;
  }

  private void post(HttpServerResponse response, ObjectNode call) {
    String channel = call.path("channel").asText();
    String thread = call.path("thread_ts").asText();
    if (channel.equals("C0GONE0000")) {
      refuse(response, "channel_not_found");
    } else if (channel.equals("C0ARCHIVED")) {
      refuse(response, "is_archived");
    } else if (goneThreads.containsKey(thread)) {
      refuse(response, goneThreads.get(thread));
    } else if (busy.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      calls.add(call.put("limited", true));
      response.setStatusCode(429).putHeader("Retry-After", "1");
      refuse(response, "ratelimited");
    } else {
      String ts = "1700000002.000" + next.getAndIncrement();
      calls.add(call.put("posted", home(channel)));
      ok(response, Json.object().put("channel", home(channel)).put("ts", ts));
    }
  }

  private static void ok(HttpServerResponse response, ObjectNode result) {
    response.end(Json.text(result.put("ok", true)));
  }

  private static void refuse(HttpServerResponse response, String error) {
    response.end(Json.text(Json.object().put("ok", false).put("error", error)));
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
