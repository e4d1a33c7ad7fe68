package dev.krabkrab.gateway.cli.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Approvals twice over: while all approvers read, and while one more of them never does. */
final class SlowReader {
  private static final Duration AFTER = Duration.ofSeconds(2);

  private final Stage stage;

  SlowReader(Stage stage) {
    this.stage = stage;
  }

  Measured run() {
    BenchPlan plan = stage.plan();
    List<Link> approvers =
        stage.onLoop(() -> stage.fleet().operators(plan.size().connections(), 0));
    Link requester = stage.onLoop(() -> stage.fleet().operators(1, 0)).getFirst();
    Approvals approvals = Approvals.on(stage, approvers, requester, false);
    Measured control = stage.steady(approvals::start);
    Link slow = stage.onLoop(() -> stage.fleet().operator(0));
    stage.onLoop(() -> reading(slow, false));
    stage.settle();
    Measured measured = stage.measured();
    stage.measure(
        new Load.Amount(plan.pace(), plan.duration(), Long.MAX_VALUE), approvals::start, measured);
    stage.onLoop(() -> reading(slow, true));
    stage.pause(AFTER);
    describe(measured, control, slow);
    return measured;
  }

  private void describe(Measured measured, Measured control, Link slow) {
    measured.details().put("slowClosed", slow.isClosed()).put("slowCloseCode", slow.closeCode());
    long lost = measured.recorder().errors().getOrDefault(Load.TIMEOUT, 0L);
    measured.details().put("lost", lost);
    measured.details().put("perSecondWithout", perSecond(control));
    if (stage.around().meter() != null) {
      measured.details().put("growthBytes", measured.memoryPeak() - measured.memoryStart());
      measured.details().put("growthBytesWithout", control.memoryPeak() - control.memoryStart());
    }
  }

  private static double perSecond(Measured measured) {
    long nanos = Math.max(1, measured.nanos());
    return Measured.rounded(measured.recorder().count() * 1e9 / nanos);
  }

  private static CompletableFuture<Boolean> reading(Link link, boolean on) {
    link.reading(on);
    return CompletableFuture.completedFuture(on);
  }
}
