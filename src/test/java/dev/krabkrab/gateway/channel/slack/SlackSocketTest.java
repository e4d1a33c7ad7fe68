package dev.krabkrab.gateway.channel.slack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.channel.ChannelAccount;
import dev.krabkrab.gateway.channel.ChannelConnector.ListenerStatus;
import dev.krabkrab.gateway.channel.ChannelHttp;
import dev.krabkrab.gateway.channel.SlackServer;
import dev.krabkrab.gateway.platform.net.Egress;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often connections of Socket Mode are opened, over real ones. */
@Timeout(60)
class SlackSocketTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Vertx vertx = Vertx.vertx();
  private final SlackServer slack = new SlackServer();
  private final List<String> troubles = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    vertx.close().await();
    slack.close();
  }

  private final ListenerStatus status =
      new ListenerStatus() {
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

  @ParameterizedTest
  @ValueSource(strings = {"too_many_websockets", "link_disabled", "refresh_requested"})
  void connectionsThatSlackEndsAtOnceAreOpenedMoreAndMoreRarely(String reason) {
    slack.sockets().endAtOnce(reason);
    ChannelHttp net =
        new ChannelHttp(vertx, InstantSource.system(), RandomGenerator.getDefault(), Egress.DIRECT);
    ChannelAccount account =
        new ChannelAccount(
            "slack",
            "default",
            Json.object()
                .put("botToken", SlackServer.BOT_TOKEN)
                .put("appToken", SlackServer.APP_TOKEN)
                .put("apiRoot", slack.url()),
            false);
    SlackApi api = new SlackApi(account, net);
    long begun = System.nanoTime();
    vertx.runOnContext(
        now ->
            new SlackSocket(
                    net,
                    api,
                    new SlackEvents(api),
                    message -> Future.succeededFuture(),
                    status,
                    SlackSocket.PING_MS)
                .begin());
    await().atMost(PATIENCE).until(() -> slack.sockets().opened() >= 3);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(3));
    await().atMost(PATIENCE).until(() -> !troubles.isEmpty());
    assertThat(troubles).allMatch(one -> one.contains(reason));
  }
}
