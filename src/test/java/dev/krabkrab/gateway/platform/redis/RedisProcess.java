package dev.krabkrab.gateway.platform.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A private Redis server for tests that make it fail. It keeps its port; it ends with this JVM at
 * the latest. Blocking.
 */
public final class RedisProcess implements AutoCloseable {
  /**
   * Ports that the system gives to nobody who connects: one it did give could be taken before it is
   * listened on, and whoever looks whether somebody listens on it could meet himself.
   */
  private static final int FIRST_PORT = 10_000;

  private static final int PORTS = 8_000;
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

  private final Path directory;
  private final int port;
  private final String password;
  private final boolean durable;
  private final String more;
  private final int busPort;
  private String tls = "";

  /** Until the others take a node of a cluster for dead; a third of what is usual. */
  private static final int NODE_TIMEOUT_MS = 5_000;

  private String cluster = "";
  private @Nullable RedisProcess master;
  private @Nullable RedisServerProcess server;

  private RedisProcess(String password, boolean durable, String more) {
    this.password = password;
    this.durable = durable;
    this.more = more;
    try {
      this.directory = Files.createTempDirectory("krabkrab-redis");
      this.port = freePort();
      // By default ten thousand more, which may be too many.
      this.busPort = freePort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RedisProcess started(String password, boolean durable, String more) {
    RedisProcess process = new RedisProcess(password, durable, more);
    process.start();
    return process;
  }

  /** A running server that forgets everything when it stops. */
  public static RedisProcess startEmpty() {
    return started(randomHex(), false, "");
  }

  /** A running server that finds its data again after {@link #start}. */
  public static RedisProcess startDurable() {
    return started(randomHex(), true, "");
  }

  /** The same, and it may be told where to save. */
  public static RedisProcess startReconfigurable() {
    return started(randomHex(), true, "enable-protected-configs yes\n");
  }

  /** A running replica of {@code master}, with its password, which may still be catching up. */
  public static RedisProcess startReplica(RedisProcess master) {
    RedisProcess replica = new RedisProcess(master.password, false, "");
    replica.startAsReplicaOf(master);
    return replica;
  }

  /** Starts it, as a replica of another with its password. */
  public void startAsReplicaOf(RedisProcess other) {
    master = other;
    start();
  }

  /** A running node of a cluster; it serves no slots yet. */
  public static RedisProcess startClusterNode() {
    return startClusterNode(randomHex());
  }

  /** The same with the password of one that is there. */
  public static RedisProcess startClusterNode(RedisProcess member) {
    return startClusterNode(member.password);
  }

  private static RedisProcess startClusterNode(String password) {
    RedisProcess process = new RedisProcess(password, false, "");
    process.cluster =
        """
        cluster-enabled yes
        cluster-announce-ip 127.0.0.1
        cluster-port %d
        cluster-node-timeout %d
        """
            .formatted(process.busPort, NODE_TIMEOUT_MS);
    process.start();
    return process;
  }

  /**
   * A running server that speaks TLS only, to clients without a certificate.
   *
   * @param more further lines of its configuration
   */
  public static RedisProcess startTls(Path certificate, Path key, String more) {
    RedisProcess process = new RedisProcess(randomHex(), false, more);
    process.tls = tls(process.port, certificate, key);
    process.start();
    return process;
  }

  /** Configuration that moves a server, or a sentinel, from plain text to TLS. */
  static String tls(int port, Path certificate, Path key) {
    return """
    port 0
    tls-port %d
    tls-cert-file %s
    tls-key-file %s
    tls-ca-cert-file %s
    tls-auth-clients no
    tls-replication yes
    """
        .formatted(port, certificate, key, certificate);
  }

  /** A free loopback port. */
  public static int freePort() throws IOException {
    while (true) {
      int port = FIRST_PORT + NEXT.getAndIncrement() % PORTS;
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException taken) {
        // The next one, then.
      }
    }
  }

  /** Settings for it, with a fresh namespace. */
  public RedisSettings settings() {
    return RedisSettings.parse(url(), "t" + randomHex());
  }

  /** Settings that treat it as a cluster. */
  public RedisSettings clusterSettings() {
    return RedisSettings.parse(
        "redis+cluster" + url().substring("redis".length()), "t" + randomHex());
  }

  /** Its port. */
  public int port() {
    return port;
  }

  /** Where nodes of a cluster talk to this one. */
  int busPort() {
    return busPort;
  }

  String password() {
    return password;
  }

  /** All that it answers to these commands, one a line; empty when it does not answer. */
  public String tell(String commands) {
    return RedisTalk.ask(port, "AUTH " + password + "\r\n" + commands);
  }

  /** Its address with password. */
  public String url() {
    return "redis://:" + password + "@127.0.0.1:" + port;
  }

  /** Starts it on its port and waits until it is ready. */
  public void start() {
    try {
      Path config = directory.resolve("redis.conf");
      // Replicas are given what there is at once, and may become the master.
      String replication = "masterauth %s\nrepl-diskless-sync-delay 0\n".formatted(password);
      RedisProcess followed = master;
      String following =
          followed == null ? "" : "replicaof 127.0.0.1 %d\n".formatted(followed.port);
      Files.writeString(
          config,
          RedisConfig.text(port, password, directory, durable)
              + replication
              + following
              + tls
              + cluster
              + more);
      Path binary = RedisBinary.locate(TestRedis.binaryFolder());
      RedisServerProcess started = RedisServerProcess.spawn(binary, config);
      if (started.await(Duration.ofSeconds(30)) != RedisServerProcess.Start.READY) {
        started.kill();
        throw new IllegalStateException("Redis did not start: " + started.lastWords());
      }
      server = started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** SIGTERM: it flushes and leaves. */
  public void stop() {
    try {
      running().stop(Duration.ofSeconds(30));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Forgets everything it had written; only while it is not running. */
  public void wipe() {
    TestRedis.deleteTree(directory);
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL. */
  public void kill() {
    try {
      running().kill();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** SIGSTOP: connections stay open and nobody answers. */
  public void pause() {
    Signals.stop(pid());
  }

  /** SIGCONT. */
  public void resume() {
    Signals.resume(pid());
  }

  @Override
  public void close() {
    kill();
    TestRedis.deleteTree(directory);
  }

  private long pid() {
    // It may accept connections before its guard has said its id.
    Awaitility.await().until(() -> running().server().isPresent());
    return running().server().orElseThrow().pid();
  }

  private RedisServerProcess running() {
    RedisServerProcess current = server;
    if (current == null) {
      throw new IllegalStateException("never started");
    }
    return current;
  }

  static String randomHex() {
    byte[] bytes = new byte[12];
    RandomGenerator.of("SecureRandom").nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted", e);
  }
}
