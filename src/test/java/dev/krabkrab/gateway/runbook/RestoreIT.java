package dev.krabkrab.gateway.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.krabkrab.gateway.app.TestGateway;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import dev.krabkrab.gateway.platform.redis.RedisPrograms;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What redis.md says about backups, from the first command to the last, with real servers. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RestoreIT {
  private static final String NAMESPACE = "restored";
  private static final String TOKEN = "token-of-the-restore";
  private static final String CONFIG = "{gateway:{auth:{token:'" + TOKEN + "'}}}";
  private static final String PASSWORD = "0123456789abcdef";

  @TempDir private Path folder;
  private int restored;

  @AfterEach
  void stop() {
    RedisPrograms.ask(restored, PASSWORD, "SHUTDOWN NOSAVE");
  }

  @Test
  void aBackupIsRestoredAsThePageSays() throws Exception {
    Terminal terminal = Terminal.open(folder);
    terminal.set("KRABKRAB_GATEWAY_TOKEN", TOKEN);
    Path backup;
    try (RedisProcess old = RedisProcess.startDurable();
        RedisProcess replica = RedisProcess.startReplica(old)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> old.tell("INFO replication").contains("state=online"));
      terminal.set("REDISCLI_AUTH", password(old));
      terminal.redis("replica", replica.port());
      terminal.redis("main", old.port());
      backup = backUp(terminal, old);
    }

    Path data = Files.createDirectories(folder.resolve("data"));
    Path configuration = configuration(data);
    terminal.program("redis-server", "#!/bin/sh\nexec '" + RedisPrograms.server() + "' \"$@\"\n");
    terminal.set("REDISCLI_AUTH", PASSWORD);
    terminal.redis("main", restored);
    Map<String, String> values =
        Map.of(
            "<backup>", backup.toString(),
            "<data folder>", data.toString(),
            "<redis.conf>", configuration.toString());
    String loaded = terminal.run("restore-load", values);
    assertThat(keys(loaded)).isGreaterThan(10);
    String started =
        terminal.run("restore-start", Map.of("<redis.conf>", configuration.toString()));
    // Leases and the like expire meanwhile.
    assertThat(keys(started)).isBetween(10, keys(loaded));
    assertThat(RedisPrograms.ask(restored, PASSWORD, "CONFIG GET appendonly")).contains("yes");

    RedisSettings settings =
        RedisSettings.parse("redis://:" + PASSWORD + "@127.0.0.1:" + restored, NAMESPACE);
    try (TestGateway one = TestGateway.start(settings, CONFIG);
        TestGateway two = TestGateway.start(settings, CONFIG)) {
      terminal.set("KRABKRAB_GATEWAY_URL", two.url());
      assertThat(terminal.run("restore-check"))
          .contains("entries are genuine")
          .contains("operator.admin");
      terminal.set("KRABKRAB_GATEWAY_URL", one.url());
      assertThat(
              terminal.shell(
                  "afterwards", "krabkrab config get gateway.pairing.silentScopes --json"))
          .contains("operator.admin");
    }
  }

  /** The reason for the order of the page's steps. */
  @Test
  void withAnAppendOnlyFileTheBackupWouldBeIgnored() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    Path configuration = configuration(data);
    Path server = RedisPrograms.server();
    start(server, configuration, "--appendonly", "no");
    RedisPrograms.ask(restored, PASSWORD, "SET a b\r\nSAVE\r\nSHUTDOWN NOSAVE");
    awaitGone();
    assertThat(data.resolve("dump.rdb")).exists();

    start(server, configuration);

    assertThat(RedisPrograms.ask(restored, PASSWORD, "DBSIZE")).endsWith(":0\r\n");
  }

  private Path backUp(Terminal terminal, RedisProcess old) throws Exception {
    RedisSettings settings = RedisSettings.parse(old.url(), NAMESPACE);
    try (TestGateway one = TestGateway.start(settings, CONFIG);
        TestGateway two = TestGateway.start(settings, CONFIG)) {
      terminal.set("KRABKRAB_GATEWAY_URL", one.url());
      terminal.shell("before", "krabkrab devices list");
      terminal.shell(
          "before", "krabkrab config set gateway.pairing.silentScopes '[\"operator.admin\"]'");
      terminal.set("KRABKRAB_GATEWAY_URL", two.url());
      terminal.shell("before", "krabkrab audit verify");
      await().atMost(Duration.ofSeconds(30)).until(() -> old.tell("WAIT 1 1000").contains(":1"));
      terminal.run("backup", Map.of("<replica>", "replica"));
      terminal.run("restore-stop");
    }
    assertThat(terminal.asked().getLast()).endsWith("scale deploy/krabkrab-gateway --replicas=0");
    try (var files = Files.list(terminal.file(""))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("backup-"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** As redis.md demands. */
  private Path configuration(Path data) throws Exception {
    restored = RedisProcess.freePort();
    return Files.writeString(
        folder.resolve("redis.conf"),
        String.join(
            "\n",
            List.of(
                "bind 127.0.0.1",
                "port " + restored,
                "requirepass " + PASSWORD,
                "dir " + data,
                "appendonly yes",
                "appendfsync everysec",
                "maxmemory-policy noeviction",
                "logfile " + folder.resolve("redis.log"),
                "")));
  }

  private void start(Path server, Path configuration, String... more) throws Exception {
    var command = new java.util.ArrayList<>(List.of(server.toString(), configuration.toString()));
    command.addAll(List.of(more));
    command.addAll(List.of("--daemonize", "yes"));
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> RedisPrograms.ask(restored, PASSWORD, "PING").contains("PONG"));
  }

  private void awaitGone() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> RedisPrograms.ask(restored, PASSWORD, "PING").isEmpty());
  }

  private static String password(RedisProcess redis) {
    String url = redis.url();
    return url.substring(url.indexOf(':', 8) + 1, url.indexOf('@'));
  }

  /** The first number alone on a line, which is what DBSIZE answers. */
  private static int keys(String output) {
    return output
        .lines()
        .filter(line -> line.matches("\\d+"))
        .mapToInt(Integer::parseInt)
        .findFirst()
        .orElseThrow();
  }
}
