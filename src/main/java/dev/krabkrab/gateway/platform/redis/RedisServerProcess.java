package dev.krabkrab.gateway.platform.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis server that lives no longer than this JVM. A shell stands between the two and holds the
 * read end of a pipe: when the JVM ends, however it ends, the pipe ends and the shell terminates
 * Redis in the orderly way. Blocking; not for event loops.
 */
final class RedisServerProcess {

  private static final Logger LOG = LoggerFactory.getLogger(RedisServerProcess.class);

  /**
   * Signals of the terminal, and one meant for the whole process group, are ignored, and Redis
   * leaves its process group where {@code setsid} exists, so that Ctrl-C does not stop Redis before
   * the gateway has finished with it.
   */
  private static final String GUARD =
      """
      trap '' INT QUIT HUP TSTP TERM
      exec 3<&0
      mark=$1
      shift
      if [ -n "$mark" ]; then set -- sh -c "$MARKED" "$mark" "$@"; fi
      if command -v setsid >/dev/null 2>&1; then set -- setsid "$@"; fi
      "$@" 3<&- </dev/null 2>&1 &
      server=$!
      echo "pid $server"
      ( read -r line <&3; kill -TERM $server ) >/dev/null 2>&1 &
      guard=$!
      exec 3<&-
      wait $server
      code=$?
      kill -KILL $guard 2>/dev/null
      exit $code
      """;

  /** Leaves the process id in a file that was not there before, or gives up; see PidFile. */
  private static final String MARKED =
      """
      set -C
      echo $$ 2>/dev/null >"$0" || { echo "Address already in use: $0"; exit 1; }
      exec "$@"
      """;

  /** How a start went. */
  enum Start {
    /** It accepts connections and has read its data. */
    READY,
    /** Somebody else listens on the port, or uses the data. */
    PORT_TAKEN,
    /** It ended, or did not get ready in time; {@link #lastWords} may say why. */
    FAILED
  }

  private static final Pattern READY = Pattern.compile("(?i)ready to accept connections");

  private static final Pattern TAKEN =
      Pattern.compile("Failed listening on port|Address already in use");

  private final Process process;
  private final CompletableFuture<Start> start = new CompletableFuture<>();
  private final CompletableFuture<Long> pid = new CompletableFuture<>();
  private volatile String lastWords = "";

  private RedisServerProcess(Process process) {
    this.process = process;
    // Reading a pipe holds the carrier of a virtual thread as long as nothing is said.
    Thread.ofPlatform().daemon().name("redis-output").start(this::read);
  }

  /** Starts {@code binary} with the configuration file {@code config}. */
  static RedisServerProcess spawn(Path binary, Path config) throws IOException {
    return spawn(binary, config, "");
  }

  /** The same where no other server with that mark runs. */
  static RedisServerProcess spawn(Path binary, Path config, PidFile mark) throws IOException {
    return spawn(binary, config, mark.file().toString());
  }

  private static RedisServerProcess spawn(Path binary, Path config, String mark)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                "sh", "-c", GUARD, "redis-guard", mark, binary.toString(), config.toString())
            .redirectErrorStream(true);
    builder.environment().put("MARKED", MARKED);
    return new RedisServerProcess(builder.start());
  }

  /** Waits until it is ready, has ended, or {@code patience} is over. */
  Start await(Duration patience) throws InterruptedException {
    try {
      return start.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return Start.FAILED;
    }
  }

  boolean alive() {
    return process.isAlive();
  }

  /** The last warning it printed, or an empty text. */
  String lastWords() {
    return lastWords;
  }

  /** The server itself, not its guard. */
  Optional<ProcessHandle> server() {
    Long known = pid.getNow(null);
    return known == null ? Optional.empty() : ProcessHandle.of(known);
  }

  /** Terminates it; it flushes its append-only file. Kills it when {@code patience} is over. */
  void stop(Duration patience) throws InterruptedException {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("closing the pipe to Redis failed", e);
    }
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warn("Redis did not stop in {}, killing it", patience);
      kill();
    }
  }

  /** Kills it with no chance to flush, and waits until it is gone. */
  void kill() throws InterruptedException {
    server().ifPresent(ProcessHandle::destroyForcibly);
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  private void read() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        LOG.debug("{}", line);
        if (line.startsWith("pid ")) {
          pid.complete(Long.parseLong(line.substring(4).strip()));
        } else if (READY.matcher(line).find()) {
          start.complete(Start.READY);
        } else if (TAKEN.matcher(line).find()) {
          start.complete(Start.PORT_TAKEN);
        } else if (line.contains(" # ") || line.contains("***")) {
          lastWords = line;
        }
      }
    } catch (IOException e) {
      LOG.debug("the output of Redis ended", e);
    }
    start.complete(Start.FAILED);
  }
}
