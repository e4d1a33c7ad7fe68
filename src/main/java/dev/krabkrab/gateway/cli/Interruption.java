package dev.krabkrab.gateway.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Gives a command the time to end what it began when the process is told to end, as by Ctrl-C: its
 * thread is interrupted, and the process lasts until it is closed, five seconds at most.
 */
final class Interruption {
  private static final long LONGEST_S = 5;

  private final Thread command = Thread.currentThread();
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::end, "krabkrab-interruption");

  Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void end() {
    command.interrupt();
    try {
      if (!done.await(LONGEST_S, TimeUnit.SECONDS)) {
        command.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What was begun is ended. */
  void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The process is ending: the hook is what brought us here.
    }
  }
}
