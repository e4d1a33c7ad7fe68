package dev.krabkrab.gateway.channel.slack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.channel.ChannelConnector.ListenerStatus;
import dev.krabkrab.gateway.channel.ChannelHttp;
import dev.krabkrab.gateway.channel.PacedPeer;
import dev.krabkrab.gateway.platform.net.Egress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However Slack behaves, it is not called more often than once a second, and status says why. */
class SlackPacingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 4;
  private static final long PING_MS = 400;

  private final Vertx vertx = Vertx.vertx();
  private final ChannelHttp net =
      new ChannelHttp(vertx, InstantSource.system(), RandomGenerator.getDefault(), Egress.DIRECT);

  private record Behaviour(
      BiConsumer<HttpServerRequest, String> answer, Consumer<ServerWebSocket> socket, String why) {}

  /** One behaviour at work. */
  private record Case(PacedPeer peer, List<String> troubles) {}

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private static Behaviour opens(Consumer<ServerWebSocket> socket, String why) {
    return new Behaviour(
        (request, url) ->
            request
                .response()
                .end("{\"ok\":true,\"url\":\"" + url.replace("http", "ws") + "/link\"}"),
        socket,
        why);
  }

  private static Behaviour says(String... texts) {
    return opens(
        socket -> List.of(texts).forEach(socket::writeTextMessage),
        texts[texts.length - 1].replaceAll(".*\"reason\":\"([^\"]*)\".*", "$1"));
  }

  private static Behaviour answers(int status, String body, String why) {
    return new Behaviour(
        (request, url) -> request.response().setStatusCode(status).end(body), socket -> {}, why);
  }

  private static Map<String, Behaviour> behaviours() {
    String hello = "{\"type\":\"hello\"}";
    Map<String, Behaviour> all = new LinkedHashMap<>();
    for (String reason :
        List.of("too_many_websockets", "link_disabled", "refresh_requested", "warning", "?")) {
      String end = "{\"type\":\"disconnect\",\"reason\":\"" + reason + "\"}";
      all.put("hello, then " + reason, says(hello, end));
      all.put(reason + " without hello", says(end));
      all.put("twice " + reason, says(hello, end, end));
    }
    all.put(
        "disconnect without a reason",
        opens(s -> s.writeTextMessage("{\"type\":\"disconnect\"}"), "no reason"));
    all.put(
        "hello, then closed",
        opens(s -> s.writeTextMessage(hello).onComplete(x -> s.close()), "closed"));
    all.put("closed at once", opens(ServerWebSocket::close, "closed"));
    all.put("no word at all", opens(s -> {}, "does not greet"));
    all.put("no JSON", opens(s -> s.writeTextMessage("<html>"), "does not greet"));
    all.put("401", answers(401, "{\"ok\":false,\"error\":\"invalid_auth\"}", "invalid_auth"));
    all.put(
        "200 and an error", answers(200, "{\"ok\":false,\"error\":\"not_authed\"}", "not_authed"));
    all.put("503", answers(503, "", "HTTP 503"));
    all.put("429 without a time", answers(429, "{\"error\":\"ratelimited\"}", "ratelimited"));
    all.put("no address", answers(200, "{\"ok\":true}", "names no address"));
    all.put(
        "an address of nobody",
        answers(200, "{\"ok\":true,\"url\":\"ws://127.0.0.1:1/\"}", "cannot be reached"));
    all.put("HTML", answers(200, "<html>", "HTTP 200"));
    all.put(
        "hangs up",
        new Behaviour(
            (request, url) -> request.connection().close(), s -> {}, "cannot be reached"));
    return all;
  }

  private Case begin(Behaviour behaviour) {
    List<String> troubles = new CopyOnWriteArrayList<>();
    PacedPeer peer =
        new PacedPeer("/apps.connections.open", behaviour.answer(), behaviour.socket());
    SlackApi api = new SlackApi(peer.account("slack"), net);
    vertx.runOnContext(
        now ->
            new SlackSocket(
                    net,
                    api,
                    new SlackEvents(api),
                    message -> Future.succeededFuture(),
                    status(troubles),
                    PING_MS)
                .begin());
    return new Case(peer, troubles);
  }

  private static ListenerStatus status(List<String> troubles) {
    return new ListenerStatus() {
      @Override
      public void connected() {}

      @Override
      public void disconnected(String why) {
        troubles.add(why);
      }

      @Override
      public void skipped(String why) {}

      @Override
      public Future<String> mark() {
        return Future.succeededFuture("");
      }

      @Override
      public Future<Void> mark(String left) {
        return Future.succeededFuture();
      }
    };
  }

  @Test
  void everyAttemptWaits() {
    Map<String, Case> cases = new LinkedHashMap<>();
    Map<String, Behaviour> behaviours = behaviours();
    behaviours.forEach((name, behaviour) -> cases.put(name, begin(behaviour)));
    cases.forEach(
        (name, one) -> {
          await(name).atMost(PATIENCE).until(() -> one.peer().count() >= ATTEMPTS);
          List<Long> pauses = one.peer().pauses();
          assertThat(pauses).as(name).allMatch(pause -> pause >= 900);
          assertThat(pauses.get(2)).as(name).isGreaterThan(3_500);
          assertThat(one.troubles())
              .as(name)
              .isNotEmpty()
              .allMatch(why -> why.contains(behaviours.get(name).why()));
          one.peer().close();
        });
  }
}
