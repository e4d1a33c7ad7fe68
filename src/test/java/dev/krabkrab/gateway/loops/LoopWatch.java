package dev.krabkrab.gateway.loops;

import io.vertx.core.impl.VertxThread;
import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxThreadFactory;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Watches every event loop of a JVM that runs tests, in its own process or as an instance of its
 * own. Vert.x' checker warns from 100 ms on; a task counts as blocking here when it then waits for
 * something, or has used that much of the processor. One that is merely not given the processor
 * does not, nor do the time for loading and initialising classes and what computes while the JVM is
 * young: tests share two of them with several instances.
 */
public final class LoopWatch implements VertxThreadFactory {
  static final long LIMIT_MS = 100;

  /** Begins every line that tells of a blocked loop. */
  public static final String MARK = "EVENT LOOP BLOCKED ";

  private static final long SAMPLE_MS = 10;
  private static final long YOUNG_MS = 15_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final Map<VertxThread, Task> RUNNING = new ConcurrentHashMap<>();
  private static final ConcurrentLinkedQueue<String> FOUND = new ConcurrentLinkedQueue<>();

  static {
    Thread watcher = new Thread(LoopWatch::watch, "loop-watch");
    watcher.setDaemon(true);
    watcher.setPriority(Thread.MAX_PRIORITY);
    watcher.start();
  }

  /**
   * A task on a loop.
   *
   * @param startedAt as Vert.x has it
   * @param cpuBefore processor time that does not count: used before the task, or for classes, in
   *     nanoseconds
   * @param waits how many looks in a row found it waiting
   */
  private record Task(long startedAt, long cpuBefore, int waits, boolean reported) {}

  @Override
  public void init(VertxBootstrap builder) {
    builder.threadFactory(this);
    builder
        .options()
        .setMaxEventLoopExecuteTime(LIMIT_MS)
        .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS);
  }

  @Override
  public VertxThread newVertxThread(
      Runnable target, String name, boolean worker, long maxExecTime, TimeUnit unit) {
    VertxThread thread =
        VertxThreadFactory.INSTANCE.newVertxThread(target, name, worker, maxExecTime, unit);
    if (!worker) {
      RUNNING.put(thread, new Task(0, 0, 0, true));
    }
    return thread;
  }

  /** What was found since the last call. */
  static List<String> take() {
    List<String> taken = new ArrayList<>();
    for (String found = FOUND.poll(); found != null; found = FOUND.poll()) {
      taken.add(found);
    }
    return taken;
  }

  private static void watch() {
    while (true) {
      RUNNING.replaceAll(LoopWatch::look);
      RUNNING.keySet().removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
      try {
        TimeUnit.MILLISECONDS.sleep(SAMPLE_MS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static Task look(VertxThread thread, Task known) {
    long startedAt = thread.startTime();
    long cpu = THREADS.getThreadCpuTime(thread.threadId());
    if (startedAt != known.startedAt()) {
      return new Task(startedAt, cpu, 0, startedAt == 0);
    }
    if (known.reported()) {
      return known;
    }
    StackTraceElement[] stack = thread.getStackTrace();
    if (isFirstTime(stack)) {
      return new Task(startedAt, cpu, 0, false);
    }
    boolean waiting = thread.getState() != Thread.State.RUNNABLE;
    Task now = new Task(startedAt, known.cpuBefore(), waiting ? known.waits() + 1 : 0, false);
    long limit = TimeUnit.MILLISECONDS.toNanos(LIMIT_MS);
    boolean waits = now.waits() >= LIMIT_MS / SAMPLE_MS / 2;
    boolean computes = cpu - known.cpuBefore() >= limit && !isYoung();
    if (System.nanoTime() - startedAt < limit || !waits && !computes) {
      return now;
    }
    if (thread.startTime() != startedAt || waits && !isWait(stack)) {
      return now;
    }
    report(thread, waits, stack);
    return new Task(startedAt, known.cpuBefore(), 0, true);
  }

  /** A JVM that does everything for the first time, interpreted and on few processors. */
  static boolean isYoung() {
    return ManagementFactory.getRuntimeMXBean().getUptime() < YOUNG_MS;
  }

  /** Loads, links or initialises a class: it happens once for each, and is not counted. */
  private static boolean isFirstTime(StackTraceElement[] stack) {
    return Stream.of(stack)
        .anyMatch(
            frame ->
                frame.getClassName().startsWith("jdk.internal.loader.")
                    || frame.getClassName().equals("java.lang.invoke.MethodHandleNatives")
                    || frame.getMethodName().equals("<clinit>"));
  }

  /**
   * False where the virtual machine makes a thread wait until another one has loaded a class, or
   * the machine until there is memory.
   */
  private static boolean isWait(StackTraceElement[] stack) {
    return stack.length > 0
        && !stack[0].getMethodName().equals("setMemory0")
        && (stack[0].getClassName().startsWith("jdk.internal.misc.")
            || stack[0].getClassName().startsWith("java.lang."));
  }

  private static void report(VertxThread thread, boolean waits, StackTraceElement[] stack) {
    StringBuilder text = new StringBuilder(MARK).append(thread.getName());
    text.append(waits ? ", waiting" : ", computing");
    for (StackTraceElement frame : stack) {
      text.append(System.lineSeparator()).append("\tat ").append(frame);
    }
    FOUND.add(text.toString());
    System.out.println(text);
  }
}
