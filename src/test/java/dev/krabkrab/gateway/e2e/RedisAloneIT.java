package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.platform.redis.RedisProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded Redis alone: where it was told to be, for gateways of its state directory. */
class RedisAloneIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path directory;

  @Test
  void itListensOnThePortThatIsNamedAndGatewaysJoinIt() throws Exception {
    Path state = directory.resolve("state");
    int port = RedisProcess.freePort();
    Path log = directory.resolve("redis.log");
    Process redis =
        GatewayJvm.krabkrab(
                "redis", "--port", Integer.toString(port), "--state-dir", state.toString())
            .redirectOutput(log.toFile())
            .start();
    try {
      await().atMost(PATIENCE).until(() -> answer(port).startsWith("-NOAUTH"));
      try (GatewayJvm gateway = GatewayJvm.start(state, "--token", Cluster.TOKEN)) {
        gateway.awaitBanner(PATIENCE);
        assertThat(gateway.log()).contains("shared with another process");
      }
      assertThat(answer(port)).startsWith("-NOAUTH");
    } finally {
      redis.destroy();
      redis.waitFor();
    }
    assertThat(Files.readString(log)).contains("127.0.0.1:" + port);
  }

  private static String answer(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] read = new byte[64];
      int length = socket.getInputStream().read(read);
      return new String(read, 0, Math.max(0, length), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return "";
    }
  }
}
