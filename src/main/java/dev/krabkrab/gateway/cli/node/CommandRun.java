package dev.krabkrab.gateway.cli.node;

import dev.krabkrab.gateway.platform.protocol.Ids;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One command while it runs, without input, its output bounded. When it ends, for whatever reason,
 * everything it started ends with it. {@link #run} is for one thread, {@link #abort} for any.
 */
final class CommandRun {
  /** Bytes of both outputs that are kept, half of them of each. */
  static final int MOST_OUTPUT = 200_000;

  /** How long an output that others hold open is read after the end. */
  private static final Duration LAST_WORDS = Duration.ofMillis(500);

  private final RunRequest request;
  private final Map<String, String> environment;
  private final String mark;
  private final OutputBuffer out = new OutputBuffer(MOST_OUTPUT / 2);
  private final OutputBuffer err = new OutputBuffer(MOST_OUTPUT / 2);
  private final CountDownLatch aborted = new CountDownLatch(1);

  /**
   * @param environment all variables it runs with
   */
  CommandRun(RunRequest request, Map<String, String> environment, Ids ids) {
    this.request = request;
    this.environment = environment;
    this.mark = ids.uuid();
  }

  /** Runs it to its end. */
  RunOutcome run() {
    Process process;
    try {
      process = start();
    } catch (IOException e) {
      return RunOutcome.notStarted("spawn " + request.program() + " failed");
    }
    ProcessTree tree = new ProcessTree(process, mark);
    // Reading from a process keeps a carrier of virtual threads for as long as it is silent.
    Thread outReader = Thread.ofPlatform().daemon().start(() -> out.fill(process.getInputStream()));
    Thread errReader = Thread.ofPlatform().daemon().start(() -> err.fill(process.getErrorStream()));
    End end = await(process);
    boolean clean = end == End.EXITED && readOut(outReader, errReader);
    boolean allEnded = tree.kill();
    if (!clean) {
      readOut(outReader, errReader);
    }
    close(process);
    return new RunOutcome(
        end == End.EXITED ? process.exitValue() : null,
        end == End.LATE,
        end == End.ABORTED,
        out,
        err,
        allEnded ? null : "something that the command started could not be ended");
  }

  /** Ends it early. */
  void abort() {
    aborted.countDown();
  }

  private enum End {
    EXITED,
    LATE,
    ABORTED
  }

  private End await(Process process) {
    // Whatever comes first: the end of the process, the end of its time, an abort.
    long until = System.nanoTime() + request.timeout().toNanos();
    process.onExit().thenRun(aborted::countDown);
    try {
      boolean woken = aborted.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (!process.isAlive()) {
        return End.EXITED;
      }
      return woken ? End.ABORTED : End.LATE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return End.ABORTED;
    }
  }

  private Process start() throws IOException {
    List<String> words = new ArrayList<>();
    ProcessTree.sessionMaker().ifPresent(words::add);
    words.add(request.program().toString());
    words.addAll(request.argv().subList(1, request.argv().size()));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(request.cwd().toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put(ProcessTree.MARK, mark);
    return builder.start();
  }

  /** Whether both outputs are read to their ends. */
  private static boolean readOut(Thread out, Thread err) {
    try {
      boolean outRead = out.join(LAST_WORDS);
      return err.join(LAST_WORDS) && outRead;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void close(Process process) {
    try {
      process.getInputStream().close();
      process.getErrorStream().close();
    } catch (IOException e) {
      // Nobody reads it any more.
      return;
    }
  }
}
