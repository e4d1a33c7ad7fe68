package dev.krabkrab.gateway.app;

import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a process going until SIGTERM, SIGINT (Ctrl-C) or SIGHUP stops it, and then ends it with
 * exit status 0. Left alone, a JVM that a signal stopped has the status 128 plus the signal however
 * orderly it went, which supervisors take for a failure.
 */
final class ProcessSignals {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessSignals.class);
  private static final int OK = 0;
  private static final int FAILED = 1;

  private ProcessSignals() {}

  /**
   * Blocks until the calling thread is interrupted or, which is usual, the process has exited.
   *
   * @param stop what is to be done before the end; bounds its own time. When it throws, the exit
   *     status is 1
   */
  static int run(Runnable stop) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(stop), "shutdown"));
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return OK;
  }

  private static void end(Runnable stop) {
    int status = FAILED;
    try {
      stop.run();
      status = OK;
    } catch (RuntimeException e) {
      LOG.error("not stopped in an orderly way", e);
    } finally {
      // Only a halt can still change the status. Other hooks do no more than delete temporary
      // files, and began when this one did.
      Runtime.getRuntime().halt(status);
    }
  }
}
