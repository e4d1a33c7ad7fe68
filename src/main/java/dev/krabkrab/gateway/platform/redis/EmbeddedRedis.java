package dev.krabkrab.gateway.platform.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Redis of gateways that share a state directory and were given no Redis address. One of them,
 * the owner, runs the server and takes it along when it leaves or dies; within about a second
 * another one starts it again from the same files, on the same socket, with the same password. The
 * socket is in a {@link PrivateFolder}: nobody else can listen there, so nobody else is told the
 * password, by those who start and by those who connect again either. A port is opened only when it
 * is asked for, for other programs; gateways do not use it. Open a state directory once in a JVM.
 */
public final class EmbeddedRedis {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRedis.class);
  private static final long WATCH_MS = 150;
  private static final long JOIN_MS = 10;
  private static final Duration OPENING = Duration.ofSeconds(30);
  private static final Duration STOPPING = Duration.ofSeconds(5);

  private final Path directory;
  private final EmbeddedLauncher launcher;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Promise<EmbeddedRedis> opened;
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  private volatile @Nullable EmbeddedEndpoint endpoint;
  private volatile @Nullable RedisServerProcess server;
  private volatile @Nullable ServerVersion version;

  private EmbeddedRedis(
      VertxInternal vertx, Path stateDir, SecureRandom random, @Nullable Integer port) {
    this.directory = stateDir.toAbsolutePath().resolve("redis");
    this.launcher = new EmbeddedLauncher(directory, random, port, closed);
    this.opened = vertx.promise();
  }

  /**
   * Starts the Redis of {@code stateDir}, or joins the one another process runs.
   *
   * @param random where a new password comes from
   * @return completes when it answers, on the caller's context; fails with an {@link IOException}
   *     that says why it cannot
   */
  public static Future<EmbeddedRedis> open(Vertx vertx, Path stateDir, SecureRandom random) {
    return open(vertx, stateDir, random, null);
  }

  /**
   * The same, with a port on the loopback address besides the socket while this process runs it.
   *
   * @param port 0 takes a free one; null for none
   */
  public static Future<EmbeddedRedis> open(
      Vertx vertx, Path stateDir, SecureRandom random, @Nullable Integer port) {
    EmbeddedRedis redis = new EmbeddedRedis((VertxInternal) vertx, stateDir, random, port);
    Thread.ofPlatform().name("redis-keeper").daemon().start(redis::keep);
    return redis.opened.future();
  }

  /**
   * The address of the Redis that gateways run with a state directory now, like {@link #url}; empty
   * when none answers. Starts nothing. Blocks for as long as a connection takes.
   *
   * @throws IOException when the file that tells of it cannot be read
   */
  public static Optional<String> running(Path stateDir) throws IOException {
    Path file = EmbeddedLauncher.endpointFile(stateDir.toAbsolutePath().resolve("redis"));
    return EmbeddedEndpoint.read(file)
        .filter(found -> new RedisProbe(found).version().isPresent())
        .map(EmbeddedEndpoint::url);
  }

  /** {@code unix:///path?password=...}; it holds a secret. */
  public String url() {
    return known().url();
  }

  /** Whether this process runs the server now. */
  public boolean owner() {
    return server != null;
  }

  /**
   * For people, such as {@code redis-server 8.2.9 on /home/me/.krabkrab/redis/redis.sock (started
   * by this process)}.
   */
  public String description() {
    return "%s on %s (%s)"
        .formatted(
            version, known(), owner() ? "started by this process" : "shared with another process");
  }

  /** What to tell the operator of this release of the server; empty when there is nothing. */
  public Optional<String> advice() {
    ServerVersion known = version;
    return known == null || known.isFixed() ? Optional.empty() : Optional.of(known.advice());
  }

  /**
   * Leaves; as the owner stops the server with its files flushed. Works after Vert.x has closed
   * too.
   */
  public Future<Void> close() {
    closed.countDown();
    return Future.fromCompletionStage(gone);
  }

  private EmbeddedEndpoint known() {
    EmbeddedEndpoint current = endpoint;
    if (current == null) {
      throw new IllegalStateException("the embedded Redis is not open");
    }
    return current;
  }

  private void keep() {
    try {
      PrivateFolder.make(directory);
      try (OwnerLock lock = new OwnerLock(directory.resolve("owner.lock"))) {
        try {
          enter(lock);
          opened.complete(this);
          watch(lock);
        } finally {
          stop();
        }
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      if (!opened.tryFail(e)) {
        LOG.error("the embedded Redis is no longer watched", e);
      }
    } finally {
      gone.complete(null);
    }
  }

  private void enter(OwnerLock lock) throws IOException, InterruptedException {
    long start = System.nanoTime();
    do {
      if (server == null && lock.tryAcquire()) {
        server = launcher.launch();
      }
      Optional<EmbeddedEndpoint> found = EmbeddedEndpoint.read(launcher.endpointFile());
      Optional<ServerVersion> answer = found.flatMap(at -> new RedisProbe(at).version());
      if (answer.isPresent()) {
        endpoint = found.get();
        version = answer.get();
        advice().ifPresent(advice -> LOG.warn("{}: {}", answer.get(), advice));
        return;
      }
    } while (!closed.await(JOIN_MS, TimeUnit.MILLISECONDS)
        && System.nanoTime() - start < OPENING.toNanos());
    throw new IOException(
        "the Redis in "
            + directory
            + " does not answer"
            + (EmbeddedEndpoint.formerPort(launcher.endpointFile()).isPresent()
                ? "; a gateway of a former release runs it, stop that one first"
                : ""));
  }

  /** Runs the server whenever the lock is ours: after a predecessor left, and after a crash. */
  private void watch(OwnerLock lock) throws InterruptedException {
    while (!closed.await(WATCH_MS, TimeUnit.MILLISECONDS)) {
      try {
        RedisServerProcess current = server;
        if (lock.tryAcquire() && (current == null || !current.alive())) {
          LOG.info("Starting the embedded Redis again on {}", known());
          server = launcher.launchAgain();
          endpoint = EmbeddedEndpoint.read(launcher.endpointFile()).orElse(endpoint);
        }
        launcher.keepReachable(known());
      } catch (IOException e) {
        LOG.warn("the embedded Redis cannot be started: {}", e.getMessage());
      }
    }
  }

  private void stop() throws InterruptedException {
    RedisServerProcess current = server;
    if (current != null) {
      current.stop(STOPPING);
      server = null;
    }
  }
}
