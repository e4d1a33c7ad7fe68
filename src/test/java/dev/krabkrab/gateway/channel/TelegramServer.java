package dev.krabkrab.gateway.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.HttpDouble;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Telegram's Bot API over real HTTP, as far as bots use it here: updates are told until they are
 * confirmed by the next question, one asks at a time, webhooks carry their secret.
 */
public final class TelegramServer implements AutoCloseable {
  public static final String TOKEN = "123456:krab-bot-token-of-the-tests-0001";
  private static final byte[] PICTURE = {1, 2, 3, 4};

  private final Vertx vertx = Vertx.vertx();

  /** Kept, because a client that nobody refers to closes its connections. */
  private final HttpClient client = vertx.createHttpClient();

  private final HttpServer server;
  private final TelegramChats chats = new TelegramChats();
  private final List<JsonNode> updates = new ArrayList<>();
  private final List<ObjectNode> calls = new CopyOnWriteArrayList<>();
  private @Nullable HttpServerRequest asking;
  private long askedFrom;
  private long timer;
  private int nextUpdate = 700;
  private int nextMessage = 40;
  private int taken;
  private int refusals;
  private boolean hasty;
  private volatile @Nullable String webhook;
  private volatile String secret = "";

  public TelegramServer() {
    server = HttpDouble.listen(vertx, this::answer);
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** The settings of an account here, for the gateway document. */
  public String settings() {
    return "botToken:'" + TOKEN + "',apiRoot:'" + url() + "'";
  }

  /** The next so many messages to send are refused, to be sent again a second later. */
  public void refuse(int times) {
    refuse(0, times);
  }

  /** The same after some that are taken. */
  public synchronized void refuse(int after, int times) {
    taken = after;
    refusals = times;
  }

  /** Whoever asks is answered at once from now on, with the same updates whatever is confirmed. */
  public synchronized void hasty() {
    hasty = true;
  }

  /** What becomes of chats. */
  public TelegramChats chats() {
    return chats;
  }

  /** A message of somebody's, direct or in a supergroup, to be filled and told. */
  public ObjectNode draft(long chat, long from, String name) {
    return message(chat, chat < 0 ? "supergroup" : "private", from, name);
  }

  /** Tells a message. */
  public void tell(ObjectNode message) {
    tell("message", message);
  }

  /** Updates that nobody has confirmed. */
  public synchronized int unconfirmed() {
    return updates.size();
  }

  /** Calls of a method, with their parameters. */
  public List<ObjectNode> calls(String method) {
    return calls.stream().filter(call -> call.path("method").asText().equals(method)).toList();
  }

  /** What bots have said, in their order, as {@code chat: text}. */
  public List<String> said() {
    return calls("sendMessage").stream()
        .filter(call -> !call.path("refused").asBoolean())
        .map(call -> call.path("chat_id").asText() + ": " + call.path("text").asText())
        .toList();
  }

  /** Somebody writes to the bot. */
  public void write(long from, String name, String text) {
    tell("message", message(from, "private", from, name).put("text", text));
  }

  /** Somebody writes in a group. */
  public void writeIn(long group, long from, String name, String text) {
    tell("message", message(group, "supergroup", from, name).put("text", text));
  }

  /** Somebody sends a picture. */
  public void show(long from, String name, String caption) {
    ObjectNode message = message(from, "private", from, name).put("caption", caption);
    message.putArray("photo").addObject().put("file_id", "f1").put("file_size", PICTURE.length);
    tell("message", message);
  }

  /** Somebody presses a button in the chat with the bot. */
  public void press(long from, String name, String data) {
    pressIn(from, from, name, data);
  }

  /** Somebody presses a button in a chat. */
  public void pressIn(long chat, long from, String name, String data) {
    ObjectNode pressed = Json.object().put("id", "cb" + from + data.hashCode()).put("data", data);
    pressed.putObject("from").put("id", from).put("first_name", name);
    pressed.set("message", draft(chat, 1, "bot"));
    tell("callback_query", pressed);
  }

  private synchronized ObjectNode message(long chat, String type, long from, String name) {
    ObjectNode message = Json.object().put("message_id", nextMessage++);
    message.putObject("chat").put("id", chat).put("type", type);
    message.putObject("from").put("id", from).put("first_name", name).put("is_bot", false);
    return message;
  }

  /** Waits for the webhook without the lock: what is called meanwhile has to be answered. */
  private void tell(String kind, ObjectNode content) {
    ObjectNode update = Json.object();
    String to;
    synchronized (this) {
      update.put("update_id", nextUpdate++).set(kind, content);
      to = webhook;
      if (to == null) {
        updates.add(update);
        vertx.runOnContext(now -> tellNews());
        return;
      }
    }
    post(to, secret, update).await();
  }

  /** The update of a message that somebody writes to the bot, for {@link #post}. */
  public synchronized ObjectNode update(long from, String name, String text) {
    ObjectNode update = Json.object().put("update_id", nextUpdate++);
    update.set("message", message(from, "private", from, name).put("text", text));
    return update;
  }

  /** Posts an update to the webhook, as often as asked; answers the status. */
  public Future<Integer> post(String to, String secret, JsonNode update) {
    return client
        .request(
            new RequestOptions()
                .setAbsoluteURI(to)
                .setMethod(HttpMethod.POST)
                .putHeader("x-telegram-bot-api-secret-token", secret))
        .compose(request -> request.send(Buffer.buffer(Json.bytes(update))))
        .map(response -> response.statusCode());
  }

  private synchronized void answer(HttpServerRequest request, Buffer body) {
    String path = request.path();
    if (path.equals("/file/bot" + TOKEN + "/photos/f1.jpg")) {
      request.response().end(Buffer.buffer(PICTURE));
      return;
    }
    String prefix = "/bot" + TOKEN + "/";
    if (!path.startsWith(prefix)) {
      refuse(request, 401, "Unauthorized", 0);
      return;
    }
    ObjectNode call = body.length() == 0 ? Json.object() : Json.parseObject(body.toString());
    String method = path.substring(prefix.length());
    calls.add(call.put("method", method));
    Optional<ObjectNode> refusal =
        method.startsWith("send") ? chats.refusal(call) : Optional.empty();
    if (refusal.isPresent()) {
      call.put("refused", true);
      request.response().setStatusCode(400).end(Json.text(refusal.get()));
      return;
    }
    switch (method) {
      case "getMe" -> ok(request, Json.object().put("id", 123456).put("username", "krab_bot"));
      case "getUpdates" -> ask(request, call);
      case "deleteWebhook" -> {
        webhook = null;
        ok(request, Json.object());
      }
      case "setWebhook" -> {
        webhook = call.path("url").asText();
        secret = call.path("secret_token").asText();
        ok(request, Json.object());
      }
      case "getWebhookInfo" ->
          ok(request, Json.object().put("url", String.valueOf(webhook == null ? "" : webhook)));
      case "getFile" -> ok(request, Json.object().put("file_path", "photos/f1.jpg"));
      case "sendMessage" -> send(request, call);
      case "sendPhoto", "sendDocument" -> ok(request, sent(call));
      case "sendPoll" -> {
        ObjectNode sent = sent(call);
        sent.putObject("poll").put("id", "poll-1");
        ok(request, sent);
      }
      default -> ok(request, Json.object());
    }
  }

  private void send(HttpServerRequest request, ObjectNode call) {
    if (call.path("chat_id").asText().equals("403")) {
      call.put("refused", true);
      refuse(request, 403, "Forbidden: bot was blocked by the user", 0);
    } else if (taken > 0) {
      taken--;
      ok(request, sent(call));
    } else if (refusals > 0) {
      refusals--;
      call.put("refused", true);
      refuse(request, 429, "Too Many Requests: retry after 1", 1);
    } else {
      ok(request, sent(call));
    }
  }

  private ObjectNode sent(ObjectNode call) {
    ObjectNode message = Json.object().put("message_id", nextMessage++);
    message.putObject("chat").put("id", call.path("chat_id").asLong());
    return message;
  }

  /** A second one who asks sends the first one away, as Telegram does. */
  private void ask(HttpServerRequest request, ObjectNode call) {
    if (hasty) {
      ArrayNode same = Json.array();
      updates.forEach(same::add);
      ok(request, same);
      return;
    }
    HttpServerRequest before = asking;
    if (before != null) {
      asking = null;
      refuse(before, 409, "Conflict: terminated by other getUpdates request", 0);
    }
    long offset = call.path("offset").asLong();
    updates.removeIf(update -> update.path("update_id").asLong() < offset);
    asking = request;
    askedFrom = offset;
    request.connection().closeHandler(gone -> forget(request));
    vertx.cancelTimer(timer);
    timer = vertx.setTimer(call.path("timeout").asLong() * 1_000 + 1, late -> tellNone(request));
    tellNews();
  }

  private synchronized void forget(HttpServerRequest request) {
    if (request == asking) {
      asking = null;
    }
  }

  private synchronized void tellNone(HttpServerRequest request) {
    if (request == asking) {
      asking = null;
      ok(request, Json.array());
    }
  }

  private synchronized void tellNews() {
    HttpServerRequest waiting = asking;
    if (waiting == null) {
      return;
    }
    ArrayNode news = Json.array();
    updates.stream()
        .filter(update -> update.path("update_id").asLong() >= askedFrom)
        .forEach(news::add);
    if (!news.isEmpty()) {
      asking = null;
      ok(waiting, news);
    }
  }

  private static void ok(HttpServerRequest request, JsonNode result) {
    ObjectNode answer = Json.object().put("ok", true);
    answer.set("result", result);
    request.response().end(Json.text(answer));
  }

  private static void refuse(
      HttpServerRequest request, int status, String why, int retryAfterSeconds) {
    ObjectNode answer =
        Json.object().put("ok", false).put("error_code", status).put("description", why);
    if (retryAfterSeconds > 0) {
      answer.putObject("parameters").put("retry_after", retryAfterSeconds);
    }
    request.response().setStatusCode(status).end(Json.text(answer));
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
