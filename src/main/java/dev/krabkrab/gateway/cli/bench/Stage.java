package dev.krabkrab.gateway.cli.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Where a workload runs: the main thread waits here for what it has the event loop do. */
final class Stage {
  private static final long GLANCE_MS = 250;
  private static final long SETTLE_STEP_MS = 400;
  private static final long SETTLE_MS = 3_000;

  /** A gateway that uses less is at rest: a twenty-fifth of a processor. */
  private static final long REST_NANOS = SETTLE_STEP_MS * 1_000_000 / 25;

  private final BenchPlan plan;
  private final Wire wire;
  private final Fleet fleet;
  private final Surroundings around;
  private volatile boolean interrupted;

  Stage(BenchPlan plan, Wire wire, Fleet fleet, Surroundings around) {
    this.plan = plan;
    this.wire = wire;
    this.fleet = fleet;
    this.around = around;
  }

  BenchPlan plan() {
    return plan;
  }

  Fleet fleet() {
    return fleet;
  }

  Surroundings around() {
    return around;
  }

  Measured measured() {
    return new Measured(around.meter(), onLoop(() -> done(Thread.currentThread().threadId())));
  }

  private static <T> CompletableFuture<T> done(T value) {
    return CompletableFuture.completedFuture(value);
  }

  /** Ends what the main thread waits for; any thread. */
  void interrupt() {
    interrupted = true;
  }

  /**
   * Has the event loop do something and waits for it.
   *
   * @throws BenchException when it fails, or the user ends the run
   */
  <T> T onLoop(Supplier<CompletableFuture<T>> work) {
    return await(begun(work), () -> {});
  }

  /** The same, for what has to be done although the run was ended. */
  <T> T anyway(Supplier<CompletableFuture<T>> work) {
    return begun(work).join();
  }

  private <T> CompletableFuture<T> begun(Supplier<CompletableFuture<T>> work) {
    return CompletableFuture.supplyAsync(work, wire.loop()).thenCompose(next -> next);
  }

  private <T> T await(CompletableFuture<T> future, Runnable meanwhile) {
    while (true) {
      try {
        return future.get(GLANCE_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (interrupted) {
          throw new BenchException(BenchException.Kind.INTERRUPTED, "ended before its time");
        }
        meanwhile.run();
      } catch (ExecutionException e) {
        throw failure(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BenchException(BenchException.Kind.INTERRUPTED, "interrupted");
      }
    }
  }

  private static BenchException failure(@Nullable Throwable cause) {
    if (cause instanceof Refusal refusal) {
      boolean lost = refusal.code().startsWith(Link.CLOSED);
      return new BenchException(
          lost ? BenchException.Kind.UNREACHABLE : BenchException.Kind.REFUSED,
          "a client could not connect: " + refusal.getMessage());
    }
    throw new IllegalStateException("the run failed", cause);
  }

  /** Waits, at least so long. */
  void pause(Duration time) {
    CompletableFuture<Void> over =
        new CompletableFuture<Void>()
            .completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS);
    await(over, () -> {});
  }

  /** Waits until the gateway is at rest, three seconds at most; half of one when nobody knows. */
  void settle() {
    ServerMeter meter = around.meter();
    if (meter == null || !meter.isFree()) {
      pause(Duration.ofMillis(500));
      return;
    }
    long before = meter.read().cpuNanos();
    for (long waited = 0; waited < SETTLE_MS; waited += SETTLE_STEP_MS) {
      pause(Duration.ofMillis(SETTLE_STEP_MS));
      long now = meter.read().cpuNanos();
      if (now - before < REST_NANOS) {
        return;
      }
      before = now;
    }
  }

  /** Warm-up, and then the measured operations at the pace of the plan. */
  Measured steady(Load.Operation operation) {
    return steady(operation, measured());
  }

  Measured steady(Load.Operation operation, Measured measured) {
    warmUp(operation);
    measure(new Load.Amount(plan.pace(), plan.duration(), Long.MAX_VALUE), operation, measured);
    return measured;
  }

  void warmUp(Load.Operation operation) {
    if (plan.warmup().isPositive()) {
      Measured ignored = measured();
      run(
          new Load.Amount(plan.pace(), plan.warmup(), Long.MAX_VALUE),
          operation,
          ignored,
          "warm-up");
      settle();
    }
  }

  /** Adds operations to what was measured. */
  void measure(Load.Amount amount, Load.Operation operation, Measured measured) {
    measured.begin();
    measured.operated(run(amount, operation, measured, "measured"));
    settle();
    measured.end();
  }

  /** Makes operations, and returns how many nanoseconds they took. */
  long run(Load.Amount amount, Load.Operation operation, Measured measured, String what) {
    Load load = new Load(wire.loop(), amount, operation, measured.recorder());
    Progress progress = new Progress(what, measured);
    CompletableFuture<Long> over = begun(load::start);
    return await(
        over,
        () -> {
          measured.glance();
          progress.tell(around.progress());
        });
  }

  /** The line that is told each second. */
  private static final class Progress {
    private static final long SECOND = 1_000_000_000L;

    private final String what;
    private final Recorder recorder;
    private final long startNanos = System.nanoTime();
    private long told;
    private long before;

    Progress(String what, Measured measured) {
      this.what = what;
      this.recorder = measured.recorder();
      this.before = recorder.count();
    }

    void tell(@Nullable Consumer<String> to) {
      long second = (System.nanoTime() - startNanos) / SECOND;
      if (to == null || second <= told) {
        return;
      }
      long count = recorder.count();
      to.accept(
          String.format(
              Locale.ROOT,
              "%-9s %4d s  %,12d operations  %,10d/s  %,d failed",
              what,
              second,
              count,
              (count - before) / (second - told),
              recorder.failures()));
      told = second;
      before = count;
    }
  }
}
