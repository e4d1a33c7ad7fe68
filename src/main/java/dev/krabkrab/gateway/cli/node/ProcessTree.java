package dev.krabkrab.gateway.cli.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A command with everything it starts. It has a session of its own where the system has {@code
 * setsid}, and a mark in its environment, by which also what left its parents and its session is
 * found where there is {@code /proc}.
 */
final class ProcessTree {
  static final String MARK = "NODE_RUN_MARK";

  private static final List<Path> SETSID =
      List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));
  private static final Path PROC = Path.of("/proc");
  private static final int MOST_ROUNDS = 100;
  private static final long ROUND_MS = 20;

  private final Process process;
  private final String mark;

  /** Everything that was ever seen of it, since an orphan does not know its ancestors. */
  private final Set<ProcessHandle> seen = new HashSet<>();

  ProcessTree(Process process, String mark) {
    this.process = process;
    this.mark = mark;
  }

  /** Puts before a command what gives it a session of its own; empty where there is no such. */
  static Optional<String> sessionMaker() {
    return SETSID.stream().filter(Files::isExecutable).findFirst().map(Path::toString);
  }

  Process process() {
    return process;
  }

  /**
   * Ends all of it and returns when none is left, or after about two seconds when something cannot
   * be ended.
   *
   * @return whether none is left
   */
  synchronized boolean kill() {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      look();
      List<ProcessHandle> alive = seen.stream().filter(ProcessTree::isRunning).toList();
      if (alive.isEmpty() && !process.isAlive()) {
        return true;
      }
      process.destroyForcibly();
      alive.forEach(ProcessHandle::destroyForcibly);
      pause();
    }
    return false;
  }

  /** Remembers what belongs to it now. */
  synchronized void look() {
    seen.removeIf(handle -> !isRunning(handle));
    process.descendants().forEach(seen::add);
    for (ProcessHandle known : List.copyOf(seen)) {
      known.descendants().forEach(seen::add);
    }
    if (Files.isDirectory(PROC)) {
      lookInProc();
    }
  }

  private void lookInProc() {
    long self = ProcessHandle.current().pid();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path entry : entries) {
        long pid = Long.parseLong(entry.getFileName().toString());
        if (pid != self && pid != process.pid() && isOurs(entry)) {
          ProcessHandle.of(pid).ifPresent(seen::add);
        }
      }
    } catch (IOException | NumberFormatException e) {
      // Descendants are known without it.
      return;
    }
  }

  /** One that ended and that nobody asked for its status is not running any more. */
  private static boolean isRunning(ProcessHandle handle) {
    if (!handle.isAlive()) {
      return false;
    }
    Path entry = PROC.resolve(Long.toString(handle.pid()));
    return !Files.isDirectory(PROC) || !stat(entry).startsWith("Z");
  }

  private boolean isOurs(Path entry) {
    return session(entry) == process.pid() || isMarked(entry);
  }

  private boolean isMarked(Path entry) {
    try {
      String environment =
          new String(Files.readAllBytes(entry.resolve("environ")), StandardCharsets.ISO_8859_1);
      return ("\0" + environment + "\0").contains("\0" + MARK + "=" + mark + "\0");
    } catch (IOException gone) {
      return false;
    }
  }

  private static long session(Path entry) {
    String[] fields = stat(entry).split(" ", 6);
    return fields.length < 6 || fields[0].equals("Z") ? -1 : Long.parseLong(fields[3]);
  }

  /** State, parent, group, session and so on; empty when it is gone. */
  private static String stat(Path entry) {
    try {
      String stat =
          new String(Files.readAllBytes(entry.resolve("stat")), StandardCharsets.ISO_8859_1);
      // The name before may hold blanks and brackets.
      return stat.substring(stat.lastIndexOf(')') + 2);
    } catch (IOException gone) {
      return "";
    }
  }

  private void pause() {
    try {
      process.waitFor(ROUND_MS, TimeUnit.MILLISECONDS);
      TimeUnit.MILLISECONDS.sleep(ROUND_MS);
    } catch (InterruptedException e) {
      // Whoever interrupts wants it ended all the sooner; the rounds are bounded.
      Thread.currentThread().interrupt();
    }
  }
}
