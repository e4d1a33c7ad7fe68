package dev.krabkrab.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddedRedisIT {

  @TempDir private Path stateDir;
  private final Vertx vertx = Vertx.vertx();
  private final List<Member> members = new ArrayList<>();

  @AfterEach
  void endAll() throws Exception {
    get(vertx.close());
    for (Member member : members) {
      member.kill();
    }
    for (Member member : members) {
      await().atMost(Duration.ofSeconds(5)).until(() -> unreachable(member));
    }
  }

  @Test
  void startsOnceAndSurvivesTheDeathOfItsOwner() throws Exception {
    for (int i = 0; i < 3; i++) {
      members.add(new Member(stateDir));
    }
    for (Member member : members) {
      member.awaitOpen();
    }
    assertThat(members.stream().map(m -> m.url)).containsOnly(members.getFirst().url);
    assertThat(members.stream().filter(Member::owner)).hasSize(1);
    RedisLink link = link();
    get(link.send(Request.cmd(Command.SET).arg("kept").arg("yes")));

    Member first = owner();
    first.kill();
    long start = System.nanoTime();
    await().atMost(Duration.ofSeconds(3)).until(() -> kept(link));
    System.out.println(
        "a survivor answered after "
            + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)
            + " ms");
    members.remove(first);
    // The dead owner's server may have given that answer with its last breath.
    await().until(() -> members.stream().filter(Member::owner).count() == 1);
    await().atMost(Duration.ofSeconds(3)).until(() -> kept(link));

    Member second = owner();
    second.tell("close");
    assertThat(second.read()).isEqualTo("closed");
    await().atMost(Duration.ofSeconds(3)).until(() -> kept(link));
    second.kill();
    members.remove(second);
    await().until(() -> members.getFirst().owner());
  }

  @Test
  void keepsItsDataWhenNobodyIsLeft() throws Exception {
    EmbeddedRedis redis = open();
    String url = redis.url();
    assertThat(redis.owner()).isTrue();
    assertThat(redis.description()).contains(" on 127.0.0.1:").contains("started by this process");
    RedisLink link = get(RedisLink.create(vertx, RedisSettings.parse(url, "t")).ready());
    get(link.send(Request.cmd(Command.SET).arg("kept").arg("yes")));
    get(redis.close());
    await().atMost(Duration.ofSeconds(1)).until(() -> !link.connected());

    EmbeddedRedis again = open();
    assertThat(again.url()).isEqualTo(url);
    await().atMost(Duration.ofSeconds(3)).until(() -> kept(link));
    get(again.close());
  }

  @Test
  void startsAgainWhenRedisItselfIsKilled() throws Exception {
    members.add(new Member(stateDir));
    members.getFirst().awaitOpen();
    RedisLink link = link();
    get(link.send(Request.cmd(Command.SET).arg("kept").arg("yes")));
    Response info = get(link.send(Request.cmd(Command.INFO).arg("server")));
    long pid =
        info.toString()
            .lines()
            .filter(line -> line.startsWith("process_id:"))
            .mapToLong(line -> Long.parseLong(line.substring(11).strip()))
            .findFirst()
            .orElseThrow();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();

    await().atMost(Duration.ofSeconds(3)).until(() -> kept(link));
  }

  @Test
  void movesWhenAStrangerTookItsPort() throws Exception {
    EmbeddedRedis redis = open();
    String url = redis.url();
    get(redis.close());
    int port = Integer.parseInt(url.substring(url.lastIndexOf(':') + 1));
    Future<?> stranger =
        vertx
            .createNetServer()
            .connectHandler(socket -> socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"))
            .listen(port, "127.0.0.1");
    get(stranger);

    EmbeddedRedis moved = open();
    assertThat(moved.url()).isNotEqualTo(url);
    assertThat(moved.owner()).isTrue();
    get(moved.close());
  }

  @Test
  void keepsItsPasswordToItself() throws Exception {
    EmbeddedRedis redis = open();
    for (String name : List.of("endpoint.json", "redis.conf")) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(stateDir.resolve("redis").resolve(name))))
          .isEqualTo("rw-------");
    }
    String password = redis.url().substring(9, redis.url().indexOf('@'));
    assertThat(password).hasSizeGreaterThan(32);
    assertThat(redis.description()).doesNotContain(password);
    get(redis.close());
  }

  private EmbeddedRedis open() throws Exception {
    return get(EmbeddedRedis.open(vertx, stateDir, new SecureRandom()));
  }

  private RedisLink link() throws Exception {
    RedisSettings settings = RedisSettings.parse(members.getFirst().url, "t");
    return get(RedisLink.create(vertx, settings).ready());
  }

  private Member owner() {
    return members.stream().filter(Member::owner).findFirst().orElseThrow();
  }

  private static boolean kept(RedisLink link) {
    try {
      Response value = get(link.send(Request.cmd(Command.GET).arg("kept")));
      return value != null && value.toString().equals("yes");
    } catch (Exception e) {
      return false;
    }
  }

  private boolean unreachable(Member member) {
    int port = Integer.parseInt(member.url.substring(member.url.lastIndexOf(':') + 1));
    return new RedisProbe(new EmbeddedEndpoint(port, "0")).ask() == RedisProbe.Answer.NOBODY;
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** A gateway process of its own, as far as the embedded Redis is concerned. */
  private static final class Member {
    private final Process process;
    private final BufferedReader output;
    private String url = "";

    Member(Path stateDir) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  EmbeddedRedisMain.class.getName(),
                  stateDir.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      output = process.inputReader(StandardCharsets.UTF_8);
    }

    void awaitOpen() throws IOException {
      String line = read();
      while (!line.startsWith("open ")) {
        line = read();
      }
      url = line.split(" ")[1];
      System.out.println(line.replaceAll("//.*@", "//"));
    }

    boolean owner() {
      try {
        tell("owner");
        return read().equals("owner true");
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    void tell(String order) throws IOException {
      process.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    }

    /** The next line that is no log line. */
    String read() throws IOException {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.matches("(open|owner|closed).*")) {
          return line;
        }
      }
      throw new IOException("the process has ended");
    }

    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }
  }
}
