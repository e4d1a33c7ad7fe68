package dev.krabkrab.gateway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.loops.LoopWatch;
import dev.krabkrab.gateway.platform.redis.ClusteredRedis;
import dev.krabkrab.gateway.platform.redis.RedisProcess;
import dev.krabkrab.gateway.platform.redis.RedisSettings;
import dev.krabkrab.gateway.platform.redis.Signals;
import dev.krabkrab.gateway.platform.redis.WatchedRedis;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gateway instances as processes of their own, sharing one private Redis and one namespace. Each
 * keeps its port over restarts; none outlives this JVM's orderly end.
 */
public final class GatewayProcesses implements AutoCloseable, AfterAllCallback {
  public static final String TOKEN = "token-of-the-tests";

  private static final Duration START_LIMIT = Duration.ofSeconds(150);
  private static final Duration END_LIMIT = Duration.ofSeconds(30);
  private static final int LOG_TAIL = 60;

  private final String redisUrl;
  private final Runnable endOfRedis;
  private final RedisSettings settings;
  private final Path home;
  private final List<Member> members = new ArrayList<>();
  private final Thread hook = new Thread(this::killAll, "end of gateways");

  private static final class Member {
    private final int port;
    private final List<String> jvm;
    private final Map<String, String> environment;
    private @Nullable Process process;
    private @Nullable Path jar;

    Member(int port, List<String> jvm, Map<String, String> environment) {
      this.port = port;
      this.jvm = jvm;
      this.environment = environment;
    }
  }

  private GatewayProcesses(RedisSettings settings, String redisUrl, Runnable endOfRedis) {
    this.settings = settings;
    this.redisUrl = redisUrl;
    this.endOfRedis = endOfRedis;
    this.home = Path.of("target", "e2e", settings.namespace()).toAbsolutePath();
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** The environment of an instance whose document, in a file here, has these settings too. */
  public static Map<String, String> configured(Path folder, String settings) throws IOException {
    Path document = folder.resolve("gateway.json5");
    Files.writeString(document, "{gateway:{auth:{token:'" + TOKEN + "'}}," + settings + "}");
    return Map.of("KRABKRAB_CONFIG", document.toString());
  }

  /** Starts instances that accept connections when this returns. */
  static GatewayProcesses start(int count) {
    GatewayProcesses all = over(RedisProcess.startEmpty());
    for (int i = 0; i < count; i++) {
      all.add(Map.of());
    }
    all.awaitAll();
    return all;
  }

  /** None yet, over a Redis that ends with them. */
  public static GatewayProcesses over(RedisProcess redis) {
    return new GatewayProcesses(redis.settings(), redis.url(), redis::close);
  }

  /** The same over servers that sentinels watch. */
  public static GatewayProcesses over(WatchedRedis redis) {
    return new GatewayProcesses(redis.settings(), redis.url(), redis::close);
  }

  /** The same over a Redis Cluster. */
  public static GatewayProcesses over(ClusteredRedis redis) {
    return new GatewayProcesses(redis.settings(), redis.url(), redis::close);
  }

  /** Starts one instance for each environment; they accept connections when this returns. */
  static GatewayProcesses start(List<Map<String, String>> environments) {
    GatewayProcesses all = over(RedisProcess.startEmpty());
    environments.forEach(all::add);
    all.awaitAll();
    return all;
  }

  /** Starts instances with what a document says besides who gets in. */
  static GatewayProcesses start(int count, Path folder, String settings) throws IOException {
    return start(Collections.nCopies(count, configured(folder, settings)));
  }

  /** An operator with every scope, on a paired device of its own. */
  Peer admin(int instance) {
    return Peer.connected(
        port(instance), Connect.operator(3).device(DeviceKeys.fresh()).token(TOKEN));
  }

  /** Starts instances in JVMs for thousands of clients. */
  static GatewayProcesses startLarge(int count) {
    GatewayProcesses all = over(RedisProcess.startEmpty());
    for (int i = 0; i < count; i++) {
      all.add(GatewayStart.LARGE, Map.of(), null);
    }
    all.awaitAll();
    return all;
  }

  /** Starts one more, with environment variables of its own; {@link #awaitAll} waits for it. */
  public int add(Map<String, String> environment) {
    return add(GatewayStart.SMALL, environment, null);
  }

  /** The same of another build. */
  public int add(Path jar, Map<String, String> environment) {
    return add(GatewayStart.SMALL, environment, jar);
  }

  private int add(List<String> jvm, Map<String, String> environment, @Nullable Path jar) {
    try {
      Member member = new Member(RedisProcess.freePort(), jvm, environment);
      member.jar = jar;
      members.add(member);
      int number = members.size() - 1;
      restart(number);
      return number;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int size() {
    return members.size();
  }

  public int port(int instance) {
    return members.get(instance).port;
  }

  RedisSettings redis() {
    return settings;
  }

  /** Address of the Redis they share, with its password. */
  String redisUrl() {
    return redisUrl;
  }

  /** All that an instance has written, over all its starts. */
  String log(int instance, Charset charset) {
    try {
      return Files.readString(log(instance), charset);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean running(int instance) {
    Process process = members.get(instance).process;
    return process != null && process.isAlive();
  }

  long pid(int instance) {
    return Objects.requireNonNull(members.get(instance).process).pid();
  }

  /** SIGKILL; returns when the process is gone. */
  public void kill(int instance) {
    end(instance, true, END_LIMIT);
  }

  /** SIGSTOP: its sockets stay open and it does nothing. */
  public void suspend(int instance) {
    Signals.stop(pid(instance));
  }

  /** SIGCONT. */
  public void resume(int instance) {
    Signals.resume(pid(instance));
  }

  /** SIGTERM; returns at once. */
  public void terminate(int instance) {
    Process process = members.get(instance).process;
    if (process != null) {
      process.destroy();
    }
  }

  /** Waits for the end of an instance told to terminate; true when it ended in time. */
  public boolean awaitEnd(int instance, Duration limit) {
    try {
      Process process = members.get(instance).process;
      return process == null || process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Starts an instance again on its port; {@link #awaitAll} waits for it. */
  public void restart(int instance) {
    restart(instance, Duration.ZERO);
  }

  /** The same with a clock that is wrong, until its next start. */
  public void restart(int instance, Duration skew) {
    Member member = members.get(instance);
    Path other = member.jar;
    ProcessBuilder builder =
        other == null
            ? GatewayStart.of(member.port, skew, member.jvm)
            : GatewayStart.of(member.port, other, member.jvm);
    Map<String, String> environment = builder.environment();
    environment.put("KRABKRAB_REDIS_URL", redisUrl);
    environment.put("KRABKRAB_NAMESPACE", settings.namespace());
    environment.put("KRABKRAB_GATEWAY_TOKEN", TOKEN);
    environment.put("KRABKRAB_INSTANCE", "i" + instance);
    environment.put("KRABKRAB_STATE_DIR", home.resolve("i" + instance).toString());
    environment.put("KRABKRAB_LOCAL_AUTO_APPROVAL", "true");
    environment.putAll(member.environment);
    try {
      Files.createDirectories(home);
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log(instance).toFile()));
      member.process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs another build from the next start on.
   *
   * @param jar its jar with its libraries beside it; null for this tree
   */
  public void build(int instance, @Nullable Path jar) {
    members.get(instance).jar = jar;
  }

  /** Waits until every instance accepts connections. */
  public void awaitAll() {
    for (int i = 0; i < members.size(); i++) {
      int instance = i;
      Awaitility.await("instance " + instance)
          .atMost(START_LIMIT)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> accepts(instance));
    }
  }

  /** Starts again what is down, and waits for it. */
  public void repair() {
    for (int i = 0; i < members.size(); i++) {
      if (!running(i)) {
        restart(i);
      }
    }
    awaitAll();
  }

  /** The last lines that every instance wrote. */
  public String logs() {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < members.size(); i++) {
      all.append("--- instance ").append(i).append(System.lineSeparator());
      try {
        List<String> lines = Files.readAllLines(log(i));
        lines.stream()
            .skip(Math.max(0, lines.size() - LOG_TAIL))
            .forEach(line -> all.append(line).append(System.lineSeparator()));
      } catch (IOException e) {
        all.append("no log: ").append(e.getMessage()).append(System.lineSeparator());
      }
    }
    return all.toString();
  }

  /** Ends with the test class whose extension it is. */
  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  @Override
  public void close() {
    killAll();
    endOfRedis.run();
    Runtime.getRuntime().removeShutdownHook(hook);
    assertThat(blockedLoops()).isEmpty();
  }

  /** What the watch over the instances' event loops wrote into their logs. */
  private List<String> blockedLoops() {
    List<String> blocked = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      try {
        List<String> lines = Files.readAllLines(log(i));
        for (int at = 0; at < lines.size(); at++) {
          if (lines.get(at).startsWith(LoopWatch.MARK)) {
            blocked.add(String.join("\n", lines.subList(at, Math.min(at + 20, lines.size()))));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return blocked;
  }

  private Path log(int instance) {
    return home.resolve("i" + instance + ".log");
  }

  private boolean accepts(int instance) {
    if (!running(instance)) {
      throw new IllegalStateException("instance " + instance + " ended\n" + logs());
    }
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(instance))) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private void end(int instance, boolean forcibly, Duration limit) {
    Process process = members.get(instance).process;
    if (process != null && process.isAlive()) {
      if (forcibly) {
        process.destroyForcibly();
      } else {
        process.destroy();
      }
      awaitEnd(instance, limit);
    }
  }

  private void killAll() {
    for (int i = 0; i < members.size(); i++) {
      end(i, true, END_LIMIT);
    }
  }
}
