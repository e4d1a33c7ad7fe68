package dev.krabkrab.gateway.platform.redis;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The Redis all tests of this JVM share; each asks for settings with a namespace of its own. In
 * this order: {@code KRABKRAB_TEST_REDIS_URL}, a container when a Docker engine is there, {@code
 * redis-server} on the PATH, the packaged program.
 */
public final class TestRedis {

  private TestRedis() {}

  /** Settings with a fresh random namespace; starts the server when this is the first call. */
  public static RedisSettings settings() {
    return RedisSettings.parse(Shared.URL, "t" + RedisProcess.randomHex());
  }

  /** Where the packaged program is unpacked, once for all runs of a checkout. */
  static Path binaryFolder() {
    return Path.of("target", "redis-bin").toAbsolutePath();
  }

  /** Also when a server that is just ending writes or removes one more file. */
  static void deleteTree(Path directory) {
    await().pollDelay(Duration.ZERO).until(() -> deletedTree(directory));
  }

  private static boolean deletedTree(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
      return true;
    } catch (IOException | UncheckedIOException changing) {
      return !Files.exists(directory);
    }
  }

  private static String open() {
    String given = Optional.ofNullable(System.getenv("KRABKRAB_TEST_REDIS_URL")).orElse("");
    if (!given.isBlank()) {
      return announce("the server of KRABKRAB_TEST_REDIS_URL", given);
    }
    if (dockerSocketExists()) {
      Optional<String> container = container();
      if (container.isPresent()) {
        return announce("a container", container.get());
      }
    }
    String kind = RedisBinary.onPath().map(Path::toString).orElse("the packaged redis-server");
    return announce(kind, RedisProcess.startEmpty().url());
  }

  /** Looking for an engine takes Testcontainers seconds, looking for its socket does not. */
  private static boolean dockerSocketExists() {
    return System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
  }

  private static Optional<String> container() {
    try {
      GenericContainer<?> redis =
          new GenericContainer<>(DockerImageName.parse("redis:7.4-alpine")).withExposedPorts(6379);
      redis.start();
      return Optional.of("redis://" + redis.getHost() + ":" + redis.getMappedPort(6379));
    } catch (RuntimeException e) {
      System.out.println("Redis for tests: no container, " + e.getMessage());
      return Optional.empty();
    }
  }

  private static String announce(String kind, String url) {
    System.out.println("Redis for tests: " + kind);
    return url;
  }

  /** Opened by the first use. */
  private static final class Shared {
    static final String URL = open();
  }
}
