package dev.krabkrab.gateway.cli.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Prepares what each workload needs and runs it; the main thread's. */
final class Workloads {
  /** Connections that make the gateway's code warm before memory is looked at. */
  private static final int WARMING = 100;

  private final Stage stage;
  private final BenchPlan plan;

  Workloads(Stage stage) {
    this.stage = stage;
    this.plan = stage.plan();
  }

  Measured run() {
    int others = plan.size().others();
    if (others > 0) {
      operators(others, 1);
    }
    return switch (plan.workload()) {
      case HANDSHAKES -> new Handshakes(stage).run();
      case CALLS -> calls();
      case APPROVALS -> approvals(false);
      case FAN_OUT -> approvals(true);
      case INVOKES -> invokes();
      case CONNECTIONS -> new IdleConnections(stage).run(WARMING);
      case SLOW_READER -> new SlowReader(stage).run();
    };
  }

  private List<Link> operators(int count, int from) {
    List<Link> made = stage.onLoop(() -> stage.fleet().operators(count, from));
    stage.settle();
    return made;
  }

  private Measured calls() {
    nodes();
    Calls calls = new Calls(plan.subject(), operators(plan.size().connections(), 0));
    return stage.steady(calls::start);
  }

  private Measured approvals(boolean each) {
    List<Link> approvers = operators(plan.size().connections(), 0);
    Link requester = operators(1, 0).getFirst();
    Approvals approvals = Approvals.on(stage, approvers, requester, each);
    Measured measured = stage.steady(approvals::start);
    if (!each) {
      Recorder deliveries = measured.recorder().part(Approvals.DELIVERIES);
      measured
          .details()
          .put("cpuUsPerDelivery", Measured.each(measured.serverNanos(), deliveries.count()));
    }
    return measured;
  }

  private Measured invokes() {
    List<String> nodes = nodes();
    List<Link> callers = operators(plan.size().connections(), 0);
    if (plan.subject().protocol() == 4) {
      stage.onLoop(() -> Invokes.approve(callers.getFirst()));
      stage.pause(Duration.ofMillis(300));
    }
    Invokes invokes = new Invokes(callers, nodes, stage.around().runId());
    return stage.steady(invokes::start);
  }

  /** The ids of the nodes, which answer what they are asked. */
  private List<String> nodes() {
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < plan.size().nodes(); i++) {
      devices.add(stage.around().devices().get());
    }
    stage.onLoop(
        () ->
            stage
                .fleet()
                .all(
                    devices.size(),
                    i ->
                        stage
                            .fleet()
                            .node(devices.get(i), i)
                            .whenComplete((node, failure) -> Invokes.answering(node))));
    return devices.stream().map(Device::deviceId).toList();
  }
}
