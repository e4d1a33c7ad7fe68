package dev.krabkrab.gateway.cli.bench;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Operations at a pace, for a time or up to a number; event loop only. */
final class Load {
  /** A slot whose connection is gone waits so long: there is nobody to ask. */
  static final long AFTER_CLOSED_MS = 10;

  static final String TIMEOUT = "TIMEOUT";

  /** More are not begun by an open loop; they wait, and their time goes on. */
  private static final int MOST_UNDER_WAY = 100_000;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Begins one operation. */
  interface Operation {
    void start(Ticket ticket);
  }

  /**
   * How much of it.
   *
   * @param pace when operations begin
   * @param duration none begins later
   * @param most how many at most
   */
  record Amount(Pace pace, Duration duration, long most) {}

  private final EventLoop loop;
  private final Amount amount;
  private final Operation operation;
  private final Recorder recorder;
  private final CompletableFuture<Long> done = new CompletableFuture<>();
  private final ArrayDeque<Ticket> begun = new ArrayDeque<>();
  private long startNanos;
  private long endNanos;
  private long issued;
  private int underWay;

  /** Slots of a closed loop that are free to begin. */
  private int free;

  private boolean issuing;
  private boolean stopped;

  Load(EventLoop loop, Amount amount, Operation operation, Recorder recorder) {
    this.loop = loop;
    this.amount = amount;
    this.operation = operation;
    this.recorder = recorder;
  }

  Recorder recorder() {
    return recorder;
  }

  /** Begins; completed with the nanoseconds from the first operation to the end of the last. */
  CompletableFuture<Long> start() {
    startNanos = System.nanoTime();
    endNanos = startNanos + amount.duration().toNanos();
    switch (amount.pace()) {
      case Pace.Closed closed -> {
        free = closed.concurrency();
        refill();
      }
      case Pace.Open open -> tick(new Schedule(startNanos, open.perSecond()));
    }
    sweep();
    return done;
  }

  /** Begins no more. */
  void stop() {
    stopped = true;
    finishIfOver();
  }

  private void tick(Schedule schedule) {
    long total = Math.min(amount.most(), schedule.within(amount.duration().toNanos()));
    while (!stopped
        && issued < total
        && underWay < MOST_UNDER_WAY
        && schedule.intended(issued) <= System.nanoTime()) {
      issue(schedule.intended(issued));
    }
    if (stopped || issued >= total) {
      stopped = true;
      finishIfOver();
      return;
    }
    long wait = schedule.intended(issued) - System.nanoTime();
    long least = underWay < MOST_UNDER_WAY ? 0 : TimeUnit.MILLISECONDS.toNanos(1);
    loop.schedule(() -> tick(schedule), Math.max(least, wait), TimeUnit.NANOSECONDS);
  }

  /** A loop, since an operation may end before its start returns. */
  private void refill() {
    if (issuing) {
      return;
    }
    issuing = true;
    while (free > 0 && !stopped) {
      if (issued >= amount.most() || System.nanoTime() - endNanos >= 0) {
        stopped = true;
      } else {
        free--;
        issue(System.nanoTime());
      }
    }
    issuing = false;
    finishIfOver();
  }

  private void issue(long intended) {
    Ticket ticket = new Ticket(this, issued++, intended);
    underWay++;
    begun.add(ticket);
    operation.start(ticket);
    while (!begun.isEmpty() && begun.getFirst().hasEnded()) {
      begun.removeFirst();
    }
  }

  /** An operation ended; its slot is free again after a pause. */
  void ended(long pauseMs) {
    underWay--;
    if (amount.pace() instanceof Pace.Open) {
      finishIfOver();
    } else if (pauseMs > 0) {
      loop.schedule(this::freed, pauseMs, TimeUnit.MILLISECONDS);
    } else {
      freed();
    }
  }

  private void freed() {
    free++;
    refill();
  }

  private void finishIfOver() {
    if (stopped && underWay == 0) {
      done.complete(System.nanoTime() - startNanos);
    }
  }

  /** Who was not answered for long is given up. */
  private void sweep() {
    if (done.isDone()) {
      return;
    }
    long now = System.nanoTime();
    while (!begun.isEmpty()
        && (begun.getFirst().hasEnded()
            || now - begun.getFirst().intendedNanos() > PATIENCE_NANOS)) {
      begun.removeFirst().failed(TIMEOUT);
    }
    loop.schedule(this::sweep, 500, TimeUnit.MILLISECONDS);
  }
}
