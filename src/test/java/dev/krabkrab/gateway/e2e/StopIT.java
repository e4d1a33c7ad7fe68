package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.platform.redis.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The built jar told to stop when something stands in the way: it ends, and leaves nothing. */
@Timeout(180)
class StopIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** Budget, what is given to Vert.x and Redis to close, and the JVM itself. */
  private static final Duration LONGEST_END = Duration.ofSeconds(40);

  @TempDir private Path directory;

  @Test
  void aClientThatStaysDoesNotHoldItUp() throws Exception {
    try (GatewayJvm gateway = GatewayJvm.start(state(), "--config", config(400))) {
      gateway.awaitBanner(PATIENCE);
      Connect connect = Connect.operator(3).device(DeviceKeys.fresh()).token(Cluster.TOKEN);
      try (Peer peer = Peer.connected(gateway.port(), connect)) {
        peer.socket().neverAnswerClose();
        gateway.terminate();

        assertThat(gateway.exitCode(LONGEST_END)).as(gateway.log()).isZero();
        assertThat(gateway.log()).contains("the time to leave is over for 1 clients");
      }
    }
  }

  @Test
  void aRedisThatHangsDoesNotHoldItUp() throws Exception {
    try (RedisProcess redis = RedisProcess.startEmpty();
        GatewayJvm gateway =
            GatewayJvm.start(state(), "--config", config(400), "--redis-url", redis.url())) {
      gateway.awaitBanner(PATIENCE);
      redis.pause();
      gateway.terminate();

      assertThat(gateway.exitCode(LONGEST_END)).as(gateway.log()).isZero();
      redis.resume();
    }
  }

  @Test
  void redisAloneEndsAsWell() throws Exception {
    Path log = directory.resolve("redis.log");
    Process process =
        GatewayJvm.krabkrab("redis", "--state-dir", state().toString())
            .redirectOutput(log.toFile())
            .start();
    try {
      await().atMost(PATIENCE).until(() -> Files.readString(log).contains("use it."));
      List<ProcessHandle> family = GatewayJvm.family(process);
      process.destroy();

      assertThat(process.waitFor(LONGEST_END)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(log)).isZero();
      awaitEndOf(family);
    } finally {
      process.destroyForcibly();
    }
  }

  /** A terminal that closes and a supervisor end a whole process group at once. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void nothingIsLeftWhenTheWholeProcessGroupIsToldToEnd() throws Exception {
    DeviceKeys keys = DeviceKeys.fresh();
    Connect connect = Connect.operator(3).device(keys).token(Cluster.TOKEN);
    String port = Integer.toString(RedisProcess.freePort());
    try (GatewayJvm gateway =
        GatewayJvm.startInGroup(state(), "--config", config(3_000), "--port", port)) {
      gateway.awaitBanner(PATIENCE);
      Peer.connected(gateway.port(), connect).close();
      List<ProcessHandle> family = gateway.family();
      assertThat(family).anyMatch(StopIT::isRedis);
      gateway.terminateGroup();

      assertThat(gateway.exitCode(LONGEST_END)).as(gateway.log()).isZero();
      awaitEndOf(family);
      // Redis was there until the gateway had finished with it.
      String end = gateway.log().substring(gateway.log().indexOf("stopping"));
      assertThat(end).doesNotContain("Redis is not connected").doesNotContain(" ERROR ");
    }
    try (GatewayJvm again = GatewayJvm.start(state(), "--config", config(3_000))) {
      again.awaitBanner(PATIENCE);
      // Paired before, so it is let in from elsewhere.
      Peer.connected(again.port(), connect, Cluster.REMOTE).close();
    }
  }

  private static void awaitEndOf(List<ProcessHandle> family) {
    try {
      await().atMost(LONGEST_END).until(() -> family.stream().noneMatch(StopIT::runs));
    } finally {
      family.forEach(ProcessHandle::destroyForcibly);
    }
  }

  /** One that nobody has waited for is still there, but has no program any more. */
  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }

  private static boolean isRedis(ProcessHandle process) {
    return process.info().command().orElse("").contains("redis-server");
  }

  private String config(int budgetMs) throws IOException {
    Path file = directory.resolve("budget-" + budgetMs + ".json5");
    Files.writeString(
        file,
        "{gateway:{drain:{budgetMs:%d},auth:{token:'%s'}}}".formatted(budgetMs, Cluster.TOKEN));
    return file.toString();
  }

  private Path state() {
    return directory.resolve("state");
  }
}
