package dev.krabkrab.gateway.channel.telegram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.channel.ChannelHttp;
import dev.krabkrab.gateway.channel.PacedPeer;
import dev.krabkrab.gateway.platform.net.Egress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However Telegram behaves, there is a pause between two questions, and status says why. */
class TelegramPacingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 5;
  private static final String HASTY = "answers at once that nothing is new";

  private final Vertx vertx = Vertx.vertx();
  private final ChannelHttp net =
      new ChannelHttp(vertx, InstantSource.system(), RandomGenerator.getDefault(), Egress.DIRECT);

  /**
   * @param floorMs least pause
   * @param why what status says, or an empty text when there is nothing to say
   */
  private record Behaviour(Consumer<HttpServerRequest> answer, long floorMs, String why) {}

  private record Case(PacedPeer peer, RecordedStatus status) {}

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private static Behaviour answers(int status, String body, String why) {
    return new Behaviour(request -> request.response().setStatusCode(status).end(body), 900, why);
  }

  private static Behaviour news(long floorMs, String why, int step) {
    AtomicInteger id = new AtomicInteger(10);
    return new Behaviour(
        request ->
            request
                .response()
                .end("{\"ok\":true,\"result\":[{\"update_id\":" + id.getAndAdd(step) + "}]}"),
        floorMs,
        why);
  }

  private static Map<String, Behaviour> behaviours() {
    Map<String, Behaviour> all = new LinkedHashMap<>();
    all.put("nothing at once", answers(200, "{\"ok\":true,\"result\":[]}", HASTY));
    all.put("no list", answers(200, "{\"ok\":true,\"result\":{}}", HASTY));
    all.put("no result", answers(200, "{\"ok\":true}", HASTY));
    all.put("no update", answers(200, "{\"ok\":true,\"result\":[7]}", HASTY));
    all.put("the same update", news(900, HASTY, 0));
    all.put("older and older ones", news(900, HASTY, -1));
    all.put("always news", news(90, "", 1));
    all.put("HTML", answers(200, "<html>", "HTTP 200"));
    all.put("401", answers(401, "{\"ok\":false,\"description\":\"Unauthorized\"}", "Unauthorized"));
    all.put("409", answers(409, "{\"ok\":false,\"description\":\"Conflict\"}", "Conflict"));
    all.put("429 without a time", answers(429, "{\"ok\":false}", "HTTP 429"));
    all.put("502", answers(502, "", "HTTP 502"));
    all.put(
        "hangs up",
        new Behaviour(request -> request.connection().close(), 900, "cannot be reached"));
    return all;
  }

  private Case begin(Behaviour behaviour) {
    PacedPeer peer =
        new PacedPeer("/getUpdates", (request, url) -> behaviour.answer().accept(request), s -> {});
    RecordedStatus status = new RecordedStatus();
    TelegramApi api = new TelegramApi(peer.account("telegram"), net);
    vertx.runOnContext(
        now ->
            new TelegramListener(
                    net,
                    api,
                    new TelegramUpdates(api),
                    message -> Future.succeededFuture(),
                    status,
                    TelegramListener.FAILING_MS)
                .begin());
    return new Case(peer, status);
  }

  @Test
  void everyQuestionWaits() {
    Map<String, Case> cases = new LinkedHashMap<>();
    Map<String, Behaviour> behaviours = behaviours();
    behaviours.forEach((name, behaviour) -> cases.put(name, begin(behaviour)));
    cases.forEach(
        (name, one) -> {
          Behaviour behaviour = behaviours.get(name);
          await(name).atMost(PATIENCE).until(() -> one.peer().count() >= ATTEMPTS);
          List<Long> pauses = one.peer().pauses();
          // The first update is new whatever comes after it.
          assertThat(pauses.getFirst()).as(name).isGreaterThanOrEqualTo(90);
          assertThat(pauses.subList(1, pauses.size()))
              .as(name)
              .allMatch(pause -> pause >= behaviour.floorMs());
          if (behaviour.why().isEmpty()) {
            assertThat(one.status().troubles).as(name).isEmpty();
          } else {
            assertThat(one.status().troubles)
                .as(name)
                .isNotEmpty()
                .allMatch(why -> why.contains(behaviour.why()));
          }
          one.peer().close();
        });
  }
}
