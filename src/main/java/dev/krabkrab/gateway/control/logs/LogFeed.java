package dev.krabkrab.gateway.control.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * Takes what this process logs, besides where it goes anyway, to where all instances can read it.
 * Best effort: whoever logs never waits and never fails; while Redis is away the newest lines are
 * kept back, and what does not fit is counted and said later. Works on the context it was made on.
 */
final class LogFeed extends UnsynchronizedAppenderBase<ILoggingEvent> {
  private static final int MOST_WAITING = 1_000;
  private static final int MOST_AT_ONCE = 200;
  private static final long EVERY_MS = 250;

  private final Vertx vertx;
  private final LogStore store;
  private final LogLines lines;
  private final Supplier<LogSettings> settings;
  private final InstantSource clock;
  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final AtomicLong lost = new AtomicLong();
  private Future<Void> sending = Future.succeededFuture();
  private long timer;

  LogFeed(
      Vertx vertx,
      LogStore store,
      LogLines lines,
      Supplier<LogSettings> settings,
      InstantSource clock) {
    this.vertx = vertx;
    this.store = store;
    this.lines = lines;
    this.settings = settings;
    this.clock = clock;
  }

  /** Follows every logger from now on. */
  void attach() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
      setContext(logback);
      setName("shared-" + Integer.toHexString(System.identityHashCode(this)));
      start();
      logback.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(this);
      timer = vertx.setPeriodic(EVERY_MS, tick -> flush());
    }
  }

  /** Follows none any more, and sends what is left. */
  Future<Void> detach() {
    if (getContext() instanceof LoggerContext logback) {
      logback.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(this);
    }
    stop();
    vertx.cancelTimer(timer);
    return flush();
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (!settings.get().enabled() || !isWanted(event)) {
      return;
    }
    String line = lines.line(event);
    if (!waiting.offer(line)) {
      // The newest lines tell why it is full.
      if (waiting.poll() != null) {
        lost.incrementAndGet();
      }
      if (!waiting.offer(line)) {
        lost.incrementAndGet();
      }
    }
  }

  /** What libraries say below INFO may be about this very sending, and would never end. */
  private static boolean isWanted(ILoggingEvent event) {
    return event.getLevel().isGreaterOrEqual(Level.INFO)
        || event.getLoggerName().startsWith(LogLines.OURS);
  }

  /** Sends what waits now; complete when it has arrived or is lost. */
  Future<Void> flush() {
    if (sending.isComplete()) {
      sending = send(waiting.size());
    }
    return sending;
  }

  private Future<Void> send(int count) {
    if (count <= 0 || !store.connected()) {
      return Future.succeededFuture();
    }
    List<String> batch = new ArrayList<>();
    long missing = lost.getAndSet(0);
    if (missing > 0) {
      batch.add(lines.missing(missing, clock.instant()));
    }
    int taken = waiting.drainTo(batch, Math.min(count, MOST_AT_ONCE));
    return store
        .append(batch, settings.get().maxLines())
        .compose(
            sent -> send(taken == 0 ? 0 : count - taken),
            failed -> {
              // Not logged: that would be another line to send.
              lost.addAndGet(batch.size());
              return Future.succeededFuture();
            });
  }
}
