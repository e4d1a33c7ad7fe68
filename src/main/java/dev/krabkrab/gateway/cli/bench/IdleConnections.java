package dev.krabkrab.gateway.cli.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Clients that connect and then do nothing: what each of them holds and costs. */
final class IdleConnections {
  private static final Duration LONG = Duration.ofHours(1);

  private final Stage stage;
  private final List<Link> open = new ArrayList<>();

  IdleConnections(Stage stage) {
    this.stage = stage;
  }

  Measured run(int warming) {
    warm(warming);
    BenchPlan plan = stage.plan();
    int count = plan.size().connections();
    Measured measured = stage.measured();
    stage.measure(new Load.Amount(plan.pace(), LONG, count), this::start, measured);
    Measured idle = stage.measured();
    idle.begin();
    pauseGlancing(plan.duration(), idle);
    idle.end();
    long dropped = stage.onLoop(this::dropped);
    double minutes = Math.max(1, plan.duration().toMillis()) / 60_000.0;
    long counted = Math.max(1, measured.recorder().count());
    measured.details().put("dropped", dropped).put("idleMs", plan.duration().toMillis());
    if (stage.around().meter() != null) {
      measured
          .details()
          .put(
              "kilobytesPerConnection",
              Measured.rounded((idle.memoryStart() - measured.memoryStart()) / 1024.0 / counted))
          .put(
              "idleCpuMsPerConnectionMinute",
              Measured.rounded(idle.serverNanos() / 1e6 / counted / minutes));
    }
    return measured;
  }

  private void warm(int count) {
    List<Link> warm = stage.onLoop(() -> stage.fleet().operators(count, 0));
    stage.onLoop(
        () -> {
          stage.fleet().close(warm);
          return CompletableFuture.allOf(
              warm.stream().map(Link::ended).toArray(CompletableFuture[]::new));
        });
    stage.settle();
  }

  private void pauseGlancing(Duration time, Measured idle) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      stage.pause(Duration.ofNanos(Math.min(left, 1_000_000_000L)));
      idle.glance();
    }
  }

  private void start(Ticket ticket) {
    stage
        .fleet()
        .operator((int) ticket.index())
        .whenComplete(
            (link, failure) -> {
              if (failure == null) {
                open.add(link);
                ticket.succeeded();
              } else {
                ticket.failed(Refusal.code(failure));
              }
            });
  }

  private CompletableFuture<Long> dropped() {
    return CompletableFuture.completedFuture(open.stream().filter(Link::isClosed).count());
  }
}
