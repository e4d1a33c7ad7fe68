package dev.krabkrab.gateway.channel;

import dev.krabkrab.gateway.platform.HttpDouble;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The API of a channel that behaves in one way only, and remembers when it was asked. */
public final class PacedPeer implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final List<Long> asked = new CopyOnWriteArrayList<>();

  /**
   * @param counted what the address of an attempt ends with
   * @param answer to every request; the address of this peer is given with it
   */
  public PacedPeer(
      String counted,
      BiConsumer<HttpServerRequest, String> answer,
      Consumer<ServerWebSocket> socket) {
    HttpServer sockets = vertx.createHttpServer().webSocketHandler(socket::accept);
    server =
        HttpDouble.listen(
            sockets, (HttpServerRequest request, Buffer body) -> answer(request, counted, answer));
  }

  private void answer(
      HttpServerRequest request, String counted, BiConsumer<HttpServerRequest, String> answer) {
    if (request.path().endsWith(counted)) {
      asked.add(System.nanoTime());
      answer.accept(request, url());
    } else {
      request.response().end("{\"ok\":true,\"result\":{\"id\":1,\"username\":\"krab_bot\"}}");
    }
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  /** How often it was asked. */
  public int count() {
    return asked.size();
  }

  /** Milliseconds between one attempt and the next. */
  public List<Long> pauses() {
    List<Long> pauses = new ArrayList<>();
    List<Long> times = List.copyOf(asked);
    for (int i = 1; i < times.size(); i++) {
      pauses.add((times.get(i) - times.get(i - 1)) / 1_000_000);
    }
    return pauses;
  }

  /** An account there. */
  public ChannelAccount account(String channel) {
    return new ChannelAccount(
        channel,
        "default",
        Json.object()
            .put("botToken", channel.equals("slack") ? SlackServer.BOT_TOKEN : TelegramServer.TOKEN)
            .put("appToken", SlackServer.APP_TOKEN)
            .put("apiRoot", url()),
        false);
  }

  @Override
  public void close() {
    vertx.close().await();
  }
}
