package dev.krabkrab.gateway.cli.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * One run of the load generator. {@link #run} belongs to one thread; {@link #interrupt} may be
 * called from any.
 */
public final class Bench {
  private final BenchPlan plan;
  private final List<Endpoint> endpoints;
  private final Surroundings around;
  private final CountDownLatch over = new CountDownLatch(1);
  private final Wire wire;
  private final Fleet fleet;
  private final Stage stage;

  /**
   * @param endpoints instances, which clients are spread over in turn; at least one
   */
  public Bench(BenchPlan plan, List<Endpoint> endpoints, Surroundings around) {
    this.plan = plan;
    this.endpoints = List.copyOf(endpoints);
    this.around = around;
    this.wire = new Wire(around.clock());
    this.fleet = new Fleet(wire, this.endpoints, plan.subject().protocol(), around);
    this.stage = new Stage(plan, wire, fleet, around);
  }

  /** Ends the run, and waits until it has cleaned up; any thread. */
  public void interrupt() {
    stage.interrupt();
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Runs, and has the gateway forget the devices whatever came of it.
   *
   * @return the report
   * @throws BenchException when the run cannot be made
   */
  public ObjectNode run() {
    ObjectNode report = JsonNodeFactory.instance.objectNode();
    report.put("version", 1).put("workload", name()).put("at", around.clock().getAsLong());
    plan.describe(report.putObject("settings"), endpoints.size());
    try {
      new Workloads(stage).run().describe(report);
    } finally {
      cleanUp(report);
    }
    return report;
  }

  private void cleanUp(ObjectNode report) {
    try {
      int left = stage.anyway(fleet::cleanUp);
      report
          .putObject("devices")
          .put("paired", fleet.devices())
          .put("removed", fleet.removed())
          .put("left", left);
      Consumer<String> progress = around.progress();
      if (left > 0 && progress != null) {
        progress.accept(left + " devices named \"krabkrab bench\" could not be removed");
      }
    } finally {
      wire.close();
      over.countDown();
    }
  }

  private String name() {
    return plan.workload().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
