package dev.krabkrab.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameSocketTest {
  @TempDir private Path stateDir;

  @Test
  void framesGoOutOneAfterTheOtherHoweverFastTheyAreGiven() throws Exception {
    int frames = 200;
    String padding = "x".repeat(50_000);
    try (TestGateway gateway = TestGateway.start().on("echo", params -> null);
        FrameSocket socket = FrameSocket.open(settings(gateway))) {
      await().until(() -> !gateway.sockets.isEmpty());
      gateway.sockets.getFirst().pause();
      for (int i = 0; i < frames; i++) {
        socket.send(
            Json.object()
                .put("type", "req")
                .put("id", Integer.toString(i))
                .put("method", "echo")
                .put("padding", padding));
      }

      gateway.sockets.getFirst().resume();
      await().untilAsserted(() -> assertThat(gateway.requests.size()).isEqualTo(frames));
      for (int i = 0; i < frames; i++) {
        assertThat(gateway.requests.get(i).path("id").asInt()).isEqualTo(i);
      }
    }
  }

  private ClientSettings settings(TestGateway gateway) {
    return new ClientSettings(
        URI.create(gateway.url()), null, null, false, null, Duration.ofSeconds(10), stateDir);
  }
}
