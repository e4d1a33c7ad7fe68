package dev.krabkrab.gateway.edge.http;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Lets every event loop of this process beat four times a second, and notices the one that is late.
 * Shorter delays than the beat may go unseen.
 */
public final class EventLoopWatch {
  private static final long BEAT_MS = 250;

  /** Length of an observation, in milliseconds. */
  private static final long WINDOW_MS = 5_000;

  private final List<Beat> beats = new ArrayList<>();

  private EventLoopWatch(Vertx vertx, LongConsumer worstOfWindow) {
    for (EventExecutor loop : ((VertxInternal) vertx).eventLoopGroup()) {
      beats.add(new Beat(loop));
    }
    vertx.setPeriodic(WINDOW_MS, timer -> worstOfWindow.accept(takeWorst()));
  }

  /**
   * Starts watching; it ends with Vert.x.
   *
   * @param worstOfWindow given the longest delay of any loop, in nanoseconds, every 5 seconds
   */
  public static EventLoopWatch start(Vertx vertx, LongConsumer worstOfWindow) {
    return new EventLoopWatch(vertx, worstOfWindow);
  }

  /** How late the latest loop is now, in milliseconds. Safe from any thread. */
  public long silenceMs() {
    long now = System.nanoTime();
    long longest = beats.stream().mapToLong(beat -> beat.lateness(now)).max().orElse(0);
    return TimeUnit.NANOSECONDS.toMillis(longest);
  }

  private long takeWorst() {
    long now = System.nanoTime();
    return beats.stream().mapToLong(beat -> beat.takeWorst(now)).max().orElse(0);
  }

  private static final class Beat implements Runnable {
    private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(BEAT_MS);

    private final AtomicLong worst = new AtomicLong();
    private final ScheduledFuture<?> timer;
    private volatile long last = System.nanoTime();

    Beat(EventExecutor loop) {
      // Not at a fixed rate: a loop that was held up would have to make up for missed beats.
      timer = loop.scheduleWithFixedDelay(this, BEAT_MS, BEAT_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void run() {
      long now = System.nanoTime();
      worst.accumulateAndGet(lateness(now), Math::max);
      last = now;
    }

    long lateness(long now) {
      return timer.isDone() ? 0 : Math.max(0, now - last - PERIOD);
    }

    long takeWorst(long now) {
      return Math.max(worst.getAndSet(0), lateness(now));
    }
  }
}
