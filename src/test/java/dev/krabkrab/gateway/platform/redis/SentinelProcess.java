package dev.krabkrab.gateway.platform.redis;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.IntFunction;

/** A sentinel without a password that watches one master. Blocking. */
final class SentinelProcess implements AutoCloseable {
  /** The name it knows its master by. */
  static final String MASTER_NAME = "main";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path directory;
  private final int port;
  private final RedisServerProcess server;

  private SentinelProcess(Path directory, int port, RedisServerProcess server) {
    this.directory = directory;
    this.port = port;
    this.server = server;
  }

  /** A running sentinel; two of them have to agree that a master is gone. */
  static SentinelProcess start(RedisProcess master) {
    return start(master, port -> "");
  }

  /** The same with further lines of configuration, by its port. */
  static SentinelProcess start(RedisProcess master, IntFunction<String> more) {
    try {
      Path directory = Files.createTempDirectory("krabkrab-sentinel");
      int port = RedisProcess.freePort();
      // Redis is a sentinel by its name.
      Path binary =
          Files.createSymbolicLink(
              directory.resolve("redis-sentinel"), RedisBinary.locate(TestRedis.binaryFolder()));
      Path config = directory.resolve("sentinel.conf");
      Files.writeString(config, config(port, directory, master) + more.apply(port));
      SentinelProcess sentinel =
          new SentinelProcess(directory, port, RedisServerProcess.spawn(binary, config));
      sentinel.awaitListening();
      return sentinel;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String config(int port, Path directory, RedisProcess master) {
    return """
    bind 127.0.0.1
    port %d
    dir %s
    sentinel monitor main 127.0.0.1 %d 2
    sentinel auth-pass main %s
    sentinel down-after-milliseconds main 1500
    sentinel failover-timeout main 2000
    """
        .formatted(port, directory, master.port(), master.password());
  }

  private void awaitListening() {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              try (Socket socket = new Socket("127.0.0.1", port)) {
                return socket.isConnected();
              } catch (IOException e) {
                return false;
              }
            });
  }

  int port() {
    return port;
  }

  /** SIGKILL. */
  void kill() {
    try {
      server.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    kill();
    TestRedis.deleteTree(directory);
  }
}
