package dev.krabkrab.gateway.platform.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How often a link connects to a server that greets well and hangs up. */
@Timeout(60)
class RedisReconnectTest {
  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger connected = new AtomicInteger();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void aServerThatGreetsAndHangsUpIsComeBackToMoreAndMoreRarely() {
    NetServer server =
        vertx
            .createNetServer()
            .connectHandler(socket -> socket.handler(said -> answer(socket, said)))
            .listen(0, "127.0.0.1")
            .await();
    RedisSettings settings =
        RedisSettings.parse("redis://127.0.0.1:" + server.actualPort(), "reconnect");
    long begun = System.nanoTime();
    RedisLink link = RedisLink.create(vertx, settings);
    link.onConnected(connected::incrementAndGet);
    await().until(() -> connected.get() >= 6);
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isGreaterThan(Duration.ofMillis(30 + 60 + 120 + 240 + 480));
    link.close().await();
  }

  private void answer(NetSocket socket, Buffer said) {
    String commands = said.toString().toUpperCase(Locale.ROOT);
    if (commands.contains("HELLO")) {
      socket.write("%1\r\n$6\r\nserver\r\n$5\r\nredis\r\n");
      return;
    }
    long count = commands.lines().filter(line -> line.startsWith("*")).count();
    socket.write("+PONG\r\n".repeat((int) count));
    if (commands.contains("PING")) {
      vertx.setTimer(5, read -> socket.close());
    }
  }
}
