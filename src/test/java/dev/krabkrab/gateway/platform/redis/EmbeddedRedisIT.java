package dev.krabkrab.gateway.platform.redis;

import static dev.krabkrab.gateway.platform.Async.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.SocketAddress;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
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
      await().until(() -> unreachable(member));
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
    await().until(() -> kept(link));
    System.out.println(
        "a survivor answered after "
            + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)
            + " ms");
    members.remove(first);
    // The dead owner's server may have given that answer with its last breath.
    await().until(() -> members.stream().filter(Member::owner).count() == 1);
    await().until(() -> kept(link));

    Member second = owner();
    second.tell("close");
    assertThat(second.read()).isEqualTo("closed");
    await().until(() -> kept(link));
    second.kill();
    members.remove(second);
    await().until(() -> members.getFirst().owner());
  }

  @Test
  void keepsItsDataWhenNobodyIsLeft() throws Exception {
    EmbeddedRedis redis = open();
    String url = redis.url();
    assertThat(redis.owner()).isTrue();
    assertThat(redis.description())
        .contains("/redis/redis.sock (")
        .contains("started by this process");
    RedisLink link = get(RedisLink.create(vertx, RedisSettings.parse(url, "t")).ready());
    get(link.send(Request.cmd(Command.SET).arg("kept").arg("yes")));
    get(redis.close());
    await().until(() -> !link.connected());

    EmbeddedRedis again = open();
    assertThat(again.url()).isEqualTo(url);
    await().until(() -> kept(link));
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

    await().until(() -> kept(link));
  }

  /** Who waits on the port of a former release, or on a port that is asked for, is told nothing. */
  @Test
  void tellsAStrangerNothing() throws Exception {
    try (ServerSocket stranger = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      StringBuffer heard = new StringBuffer();
      Thread.ofVirtual().start(() -> listen(stranger, heard));
      Files.createDirectories(
          stateDir.resolve("redis"),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      String former = "0123456789abcdef0123456789abcdef";
      Files.writeString(
          stateDir.resolve("redis/endpoint.json"),
          "{\"host\":\"127.0.0.1\",\"port\":%d,\"password\":\"%s\"}\n"
              .formatted(stranger.getLocalPort(), former));
      EmbeddedRedis redis =
          EmbeddedRedis.open(vertx, stateDir, new SecureRandom())
              .toCompletionStage()
              .toCompletableFuture()
              .get(30, TimeUnit.SECONDS);
      assertThat(redis.url()).startsWith("unix://").doesNotContain(former);
      get(redis.close());
      assertThatThrownBy(
              () ->
                  get(
                      EmbeddedRedis.open(
                          vertx, stateDir, new SecureRandom(), stranger.getLocalPort())))
          .hasMessageContaining("another program uses port " + stranger.getLocalPort());
      assertThat(heard.toString()).isEmpty();
    }
  }

  @Test
  void aPortIsOpenForThoseWhoAsk() throws Exception {
    EmbeddedRedis redis = get(EmbeddedRedis.open(vertx, stateDir, new SecureRandom(), 0));
    Matcher shown = Pattern.compile("and 127\\.0\\.0\\.1:(\\d+) ").matcher(redis.description());
    assertThat(shown.find()).isTrue();
    String url = "redis://:" + password(redis.url()) + "@127.0.0.1:" + shown.group(1);
    RedisLink link = get(RedisLink.create(vertx, RedisSettings.parse(url, "t")).ready());
    assertThat(get(link.send(Request.cmd(Command.PING))).toString()).isEqualTo("PONG");
    get(redis.close());
  }

  @Test
  void aDeepStateDirectoryIsReachedByAShortPath() throws Exception {
    Path deep = Files.createDirectories(stateDir.resolve("d".repeat(80)).resolve("e".repeat(80)));
    EmbeddedRedis redis = get(EmbeddedRedis.open(vertx, deep, new SecureRandom()));
    Path socket = socket(redis.url());
    assertThat(socket.toString().length()).isLessThan(EmbeddedEndpoint.LONGEST_PATH);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())))
        .isEqualTo("rwx------");
    RedisLink link = get(RedisLink.create(vertx, RedisSettings.parse(redis.url(), "t")).ready());
    get(link.send(Request.cmd(Command.SET).arg("kept").arg("yes")));
    // As what sweeps temporary files does.
    TestRedis.deleteTree(socket.getParent());
    await().until(() -> Files.exists(socket));
    RedisLink other = get(RedisLink.create(vertx, RedisSettings.parse(redis.url(), "t")).ready());
    assertThat(kept(other)).isTrue();
    get(redis.close());
    TestRedis.deleteTree(socket.getParent());
  }

  @Test
  void aFolderThatIsOpenToOthersIsNotUsed() throws Exception {
    Path folder = Files.createDirectories(stateDir.resolve("redis"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThatThrownBy(this::open).hasMessageContaining("is open to other users: chmod 700");
    Files.delete(folder);
    Path elsewhere = Files.createDirectories(stateDir.resolve("elsewhere"));
    Files.createSymbolicLink(folder, elsewhere);
    assertThatThrownBy(this::open).hasMessageContaining("no link to one");
    Files.delete(folder);
  }

  /** Who connects again must not tell the password to whoever listens in the meantime. */
  @Test
  void aLinkTellsNothingWhereOthersMayListen() throws Exception {
    EmbeddedRedis redis = open();
    RedisLink link = get(RedisLink.create(vertx, RedisSettings.parse(redis.url(), "t")).ready());
    Path socket = socket(redis.url());
    get(redis.close());
    await().until(() -> !link.connected());
    Files.deleteIfExists(socket);
    Files.setPosixFilePermissions(socket.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
    AtomicInteger callers = new AtomicInteger();
    NetServer stranger =
        get(
            vertx
                .createNetServer()
                .connectHandler(caller -> callers.incrementAndGet())
                .listen(SocketAddress.domainSocketAddress(socket.toString())));
    RedisLink another = RedisLink.create(vertx, RedisSettings.parse(redis.url(), "t"));
    await().during(Duration.ofMillis(1500)).until(() -> callers.get() == 0);
    get(another.close());
    get(stranger.close());
    assertThatThrownBy(this::open).hasMessageContaining("is open to other users");
  }

  /** Two servers on the same files would ruin them. */
  @Test
  void waitsForAServerThatIsStillThere() throws Exception {
    EmbeddedRedis redis = open();
    long pid = Long.parseLong(Files.readString(stateDir.resolve("redis/server.pid")).strip());
    assertThat(ProcessHandle.of(pid)).isPresent();
    PidFile mark = new PidFile(stateDir.resolve("redis/server.pid"));
    assertThat(mark.holder()).map(ProcessHandle::pid).contains(pid);
    Path binary = RedisBinary.locate(stateDir.resolve("redis/bin"));
    RedisServerProcess second =
        RedisServerProcess.spawn(binary, stateDir.resolve("redis/redis.conf"), mark);
    assertThat(second.await(Duration.ofSeconds(30))).isEqualTo(RedisServerProcess.Start.PORT_TAKEN);
    RedisLink link = get(RedisLink.create(vertx, RedisSettings.parse(redis.url(), "t")).ready());
    get(link.send(Request.cmd(Command.PING)));
    get(redis.close());
    assertThat(mark.holder()).isEmpty();
    // The number of a process that began later is nobody's.
    Files.writeString(mark.file(), ProcessHandle.current().pid() + "\n");
    Files.setLastModifiedTime(mark.file(), FileTime.fromMillis(1_000));
    assertThat(mark.holder()).isEmpty();
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
    String password = password(redis.url());
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

  private static Path socket(String url) {
    return Path.of(URI.create(url).getPath());
  }

  private static String password(String url) {
    return url.substring(url.indexOf("password=") + 9);
  }

  private static boolean isListening(Path socket) {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      return false;
    }
  }

  private static void listen(ServerSocket server, StringBuffer heard) {
    while (!server.isClosed()) {
      try (Socket caller = server.accept()) {
        caller.setSoTimeout(2_000);
        heard.append(new String(caller.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        // Nothing was said, or the test is over.
      }
    }
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
    return !isListening(socket(member.url));
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
      System.out.println(line.replaceAll("password=\\w+", ""));
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
