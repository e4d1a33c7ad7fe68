package dev.krabkrab.gateway.redis;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the Redis of a state directory for the holder of its {@link OwnerLock}. The port keeps two
 * servers from the same files: a second one cannot listen, and it listens before it reads.
 */
final class EmbeddedLauncher {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedLauncher.class);
  private static final Duration LOADING = Duration.ofSeconds(60);
  private static final Duration PATIENCE_WITH_PREDECESSOR = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long PAUSE_MS = 20;

  private final Path directory;
  private final SecureRandom random;
  private final CountDownLatch closed;

  /** A launcher that gives up when {@code closed} opens. */
  EmbeddedLauncher(Path directory, SecureRandom random, CountDownLatch closed) {
    this.directory = directory;
    this.random = random;
    this.closed = closed;
  }

  Path endpointFile() {
    return directory.resolve("endpoint.json");
  }

  /** Starts the server and waits until it is ready. */
  RedisServerProcess launch() throws IOException, InterruptedException {
    Path binary = RedisBinary.locate(directory.resolve("bin"));
    EmbeddedEndpoint endpoint = EmbeddedEndpoint.read(endpointFile()).orElse(null);
    if (endpoint == null) {
      endpoint = EmbeddedEndpoint.random(random);
    }
    long start = System.nanoTime();
    while (System.nanoTime() - start < PATIENCE.toNanos()) {
      if (!await(endpoint)) {
        LOG.warn("Another program uses {}; Redis moves to another port", endpoint);
        endpoint = endpoint.elsewhere(random);
      }
      configure(endpoint);
      RedisServerProcess server = RedisServerProcess.spawn(binary, directory.resolve("redis.conf"));
      switch (outcome(server)) {
        case READY -> {
          return server;
        }
        case PORT_TAKEN -> server.stop(PATIENCE_WITH_PREDECESSOR);
        case FAILED -> {
          server.stop(PATIENCE_WITH_PREDECESSOR);
          throw new IOException("Redis did not start: " + server.lastWords());
        }
      }
    }
    throw new IOException("Redis did not start: " + endpoint + " stays in use");
  }

  private RedisServerProcess.Start outcome(RedisServerProcess server) throws InterruptedException {
    long start = System.nanoTime();
    while (server.alive() && System.nanoTime() - start < LOADING.toNanos()) {
      RedisServerProcess.Start seen = server.await(Duration.ofMillis(100));
      if (seen != RedisServerProcess.Start.FAILED || closed.getCount() == 0) {
        return seen;
      }
    }
    return server.await(Duration.ofMillis(100));
  }

  /** Waits until a predecessor has left the port; false when a stranger holds it. */
  private boolean await(EmbeddedEndpoint endpoint) throws InterruptedException {
    RedisProbe probe = new RedisProbe(endpoint);
    long start = System.nanoTime();
    boolean asked = false;
    while (System.nanoTime() - start < PATIENCE.toNanos()) {
      switch (probe.ask()) {
        case NOBODY -> {
          return true;
        }
        case FOREIGN -> {
          return false;
        }
        case OURS -> {
          // Its guard is gone as well, or slow: nobody else will tell it.
          if (!asked && System.nanoTime() - start > PATIENCE_WITH_PREDECESSOR.toNanos()) {
            asked = true;
            probe.shutdown();
          }
        }
        case UNCLEAR -> LOG.debug("waiting for the previous Redis on {} to leave", endpoint);
      }
      if (closed.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    return true;
  }

  private void configure(EmbeddedEndpoint endpoint) throws IOException {
    RedisConfig.writePrivately(
        directory.resolve("redis.conf"),
        RedisConfig.text(endpoint.port(), endpoint.password(), directory, true));
    if (!EmbeddedEndpoint.read(endpointFile()).equals(Optional.of(endpoint))) {
      endpoint.write(endpointFile());
    }
  }
}
