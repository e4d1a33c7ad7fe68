package dev.krabkrab.gateway.platform.redis;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the Redis of a state directory for the holder of its {@link OwnerLock}. Each server
 * listens on a socket of its own name, which the well-known name links to once it is ready: a
 * server that is on its way out cannot take its successor's name along.
 */
final class EmbeddedLauncher {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedLauncher.class);
  private static final Duration LOADING = Duration.ofSeconds(60);
  private static final Duration PATIENCE_WITH_PREDECESSOR = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int CONNECT_MS = 200;
  private static final long PAUSE_MS = 20;
  private static final int NAME_BYTES = 4;
  private static final String SOCKETS = "s-";

  private final Path directory;
  private final SecureRandom random;
  private final @Nullable Integer port;
  private final CountDownLatch closed;

  /**
   * A launcher that gives up when {@code closed} opens.
   *
   * @param port on the loopback address besides the socket, 0 for a free one, null for none
   */
  EmbeddedLauncher(
      Path directory, SecureRandom random, @Nullable Integer port, CountDownLatch closed) {
    this.directory = directory;
    this.random = random;
    this.port = port;
    this.closed = closed;
  }

  Path endpointFile() {
    return endpointFile(directory);
  }

  /** What says where the server of a folder listens. */
  static Path endpointFile(Path directory) {
    return directory.resolve("endpoint.json");
  }

  /** Starts it again for those who use it: without its port rather than not at all. */
  RedisServerProcess launchAgain() throws IOException, InterruptedException {
    int wanted = freePort();
    if (wanted != 0 && isTaken(wanted)) {
      LOG.warn("another program uses port {}; Redis listens on its socket only", wanted);
      return launch(0);
    }
    return launch(wanted);
  }

  /** Starts the server and waits until it is ready. */
  RedisServerProcess launch() throws IOException, InterruptedException {
    return launch(freePort());
  }

  private RedisServerProcess launch(int wanted) throws IOException, InterruptedException {
    Path binary = RedisBinary.locate(directory.resolve("bin"));
    PidFile mark = new PidFile(directory.resolve("server.pid"));
    awaitFormer();
    awaitGone(mark);
    EmbeddedEndpoint known = EmbeddedEndpoint.read(endpointFile()).orElse(null);
    EmbeddedEndpoint endpoint =
        (known == null ? EmbeddedEndpoint.create(directory, random) : known).withPort(wanted);
    String socket = configure(endpoint);
    RedisServerProcess server =
        RedisServerProcess.spawn(binary, directory.resolve("redis.conf"), mark);
    RedisServerProcess.Start start = outcome(server);
    if (start == RedisServerProcess.Start.READY) {
      publish(endpoint, socket);
      return server;
    }
    server.stop(PATIENCE_WITH_PREDECESSOR);
    throw new IOException(
        start == RedisServerProcess.Start.PORT_TAKEN
            ? "Redis did not start: another program uses port "
                + endpoint.port()
                + ", or another server the files in "
                + directory
            : "Redis did not start: " + server.lastWords());
  }

  /** Makes the way to the socket again should somebody have swept the folder of short paths. */
  void keepReachable(EmbeddedEndpoint endpoint) throws IOException {
    Path folder = endpoint.socket().getParent();
    if (folder == null || folder.equals(directory)) {
      return;
    }
    PrivateFolder.make(folder);
    if (!Files.exists(endpoint.socket(), LinkOption.NOFOLLOW_LINKS)) {
      link(endpoint.socket(), directory.resolve(endpoint.socket().getFileName()));
    }
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

  /** Waits until the predecessor is gone; one whose guard is gone too has to be told. */
  private void awaitGone(PidFile mark) throws IOException, InterruptedException {
    long start = System.nanoTime();
    boolean warned = false;
    Optional<ProcessHandle> holder = mark.holder();
    while (holder.isPresent()) {
      long waited = System.nanoTime() - start;
      if (waited > PATIENCE.toNanos() || closed.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
        throw new IOException(
            "process " + holder.get().pid() + " still uses the files in " + directory);
      }
      if (!warned && waited > PATIENCE_WITH_PREDECESSOR.toNanos()) {
        warned = true;
        holder.get().destroy();
      }
      holder = mark.holder();
    }
  }

  /** A former release's server listens on a port; nothing is said to whoever listens there. */
  private void awaitFormer() throws IOException, InterruptedException {
    OptionalInt former = EmbeddedEndpoint.formerPort(endpointFile());
    long start = System.nanoTime();
    while (former.isPresent()
        && isTaken(former.getAsInt())
        && System.nanoTime() - start < PATIENCE.toNanos()
        && !closed.await(PAUSE_MS, TimeUnit.MILLISECONDS)) {
      LOG.debug("waiting for the server of a former release on port {}", former.getAsInt());
    }
  }

  private static boolean isTaken(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(Inet4Address.ofLiteral("127.0.0.1"), port), CONNECT_MS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private int freePort() throws IOException {
    if (port == null || port != 0) {
      return port == null ? 0 : port;
    }
    try (ServerSocket socket = new ServerSocket(0, 1, Inet4Address.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private String configure(EmbeddedEndpoint endpoint) throws IOException {
    byte[] name = new byte[NAME_BYTES];
    random.nextBytes(name);
    String socket = SOCKETS + HexFormat.of().formatHex(name);
    RedisConfig.writePrivately(
        directory.resolve("redis.conf"),
        RedisConfig.socketText(socket, endpoint.port(), endpoint.password(), directory, true));
    return socket;
  }

  private void publish(EmbeddedEndpoint endpoint, String socket) throws IOException {
    link(directory.resolve(endpoint.socket().getFileName()), Path.of(socket));
    keepReachable(endpoint);
    if (!EmbeddedEndpoint.read(endpointFile()).equals(Optional.of(endpoint))) {
      endpoint.write(endpointFile());
    }
    // Those of servers that were killed.
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(SOCKETS) && !name.equals(socket)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** Lets a name lead to another file, at once for all who look. */
  private void link(Path name, Path target) throws IOException {
    Path partial = name.resolveSibling(name.getFileName() + ".new");
    Files.deleteIfExists(partial);
    Files.createSymbolicLink(partial, target);
    Files.move(partial, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
