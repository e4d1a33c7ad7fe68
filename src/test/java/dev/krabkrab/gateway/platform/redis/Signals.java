package dev.krabkrab.gateway.platform.redis;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Signals to processes of a test. */
public final class Signals {
  private Signals() {}

  /** SIGSTOP; returns when every thread has stopped: until then some of them go on working. */
  public static void stop(long pid) {
    send("-STOP", pid);
    Path threads = Path.of("/proc", Long.toString(pid), "task");
    if (Files.isDirectory(threads)) {
      await()
          .ignoreExceptions()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> states(threads).stream().allMatch("T"::equals));
    }
  }

  /** SIGCONT. */
  public static void resume(long pid) {
    send("-CONT", pid);
  }

  /** The state stands behind the name, which is in brackets and may hold anything. */
  private static List<String> states(Path threads) throws IOException {
    try (Stream<Path> each = Files.list(threads)) {
      return each.map(
              thread -> {
                try {
                  String stat = Files.readString(thread.resolve("stat"));
                  int state = stat.lastIndexOf(')') + 2;
                  return stat.substring(state, state + 1);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .toList();
    }
  }

  private static void send(String signal, long pid) {
    try {
      Process kill = new ProcessBuilder("kill", signal, Long.toString(pid)).inheritIO().start();
      if (!kill.waitFor(30, TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new IllegalStateException("kill " + signal + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
