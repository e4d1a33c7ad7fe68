package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.redis.RedisProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start that comes to nothing leaves nothing behind, and says what to type instead. */
class FailedStartIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path directory;

  @Test
  void aTakenPortIsFoundBeforeAnythingIsStarted() throws Exception {
    Path state = directory.resolve("state");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      String above = Integer.toString(taken.getLocalPort() + 1);
      try (GatewayJvm gateway =
          GatewayJvm.start(state, "--port", port, "--management-port", above)) {
        assertThat(gateway.exitCode(PATIENCE)).isEqualTo(1);
        Matcher proposed =
            Pattern.compile("krabkrab gateway --port (\\d+) --state-dir " + state)
                .matcher(gateway.log());
        assertThat(proposed.find()).as(gateway.log()).isTrue();
        assertThat(proposed.group(1)).isNotEqualTo(port).isNotEqualTo(above);
      }
    }
    assertThat(state.resolve("redis")).doesNotExist();
  }

  @Test
  void whoHadJoinedLeavesAgain() throws Exception {
    Path broken = Files.writeString(directory.resolve("broken.pem"), "no certificate");
    try (RedisProcess redis = RedisProcess.startEmpty();
        GatewayJvm up = GatewayJvm.start(directory.resolve("a"), "--redis-url", redis.url())) {
      up.awaitBanner(PATIENCE);
      try (GatewayJvm failing =
          GatewayJvm.start(
              directory.resolve("b"),
              "--redis-url",
              redis.url(),
              "--tls-cert",
              broken.toString(),
              "--tls-key",
              broken.toString())) {
        assertThat(failing.exitCode(PATIENCE)).as(failing.log()).isEqualTo(2);
      }
      // The lease of the one that is up.
      assertThat(redis.tell("ZCARD kk:default:{instances}:leases")).contains(":1");
    }
  }

  @Test
  void whoListensEverywhereIsReachedByWhatIsProposed() throws Exception {
    Path state = directory.resolve("state");
    try (GatewayJvm gateway = GatewayJvm.start(state, "--bind", "lan", "--verbose")) {
      gateway.awaitBanner(PATIENCE);
      assertThat(gateway.log())
          .contains("ws://127.0.0.1:" + gateway.port())
          .doesNotContain("ws://0.0.0.0");
      assertThat(gateway.log()).contains(" DEBUG ");
      Matcher status = Pattern.compile("(?m)^  krabkrab (status .*)$").matcher(gateway.log());
      assertThat(status.find()).as(gateway.log()).isTrue();
      Process pasted = GatewayJvm.krabkrab(status.group(1).split(" ")).start();
      String said = new String(pasted.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(pasted.waitFor()).as(said).isZero();
      Process wildcard =
          GatewayJvm.krabkrab(
                  "status",
                  "--state-dir",
                  state.toString(),
                  "--url",
                  "ws://0.0.0.0:" + gateway.port())
              .start();
      said = new String(wildcard.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(wildcard.waitFor()).as(said).isZero();
    }
  }

  @Test
  void theEmbeddedRedisIsFoundByWhoApprovesInIt() throws Exception {
    Path state = directory.resolve("state");
    try (GatewayJvm gateway = GatewayJvm.start(state, "--token", Cluster.TOKEN)) {
      gateway.awaitBanner(PATIENCE);
      DeviceKeys keys = DeviceKeys.fresh();
      Connect wanted =
          Connect.operator(4).device(keys).token(Cluster.TOKEN).scopes("operator.read");
      String request;
      try (Peer peer = Peer.open(gateway.port(), Cluster.REMOTE)) {
        request = peer.connect(wanted).at("/error/details/requestId").asText();
      }
      Process approving =
          GatewayJvm.krabkrab(
                  "devices",
                  "approve",
                  request.substring(0, 8),
                  "--in-redis",
                  "--state-dir",
                  state.toString())
              .start();
      String said = new String(approving.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(approving.waitFor()).as(said).isZero();
      Peer.connected(gateway.port(), wanted, Cluster.REMOTE).close();
    }
  }
}
