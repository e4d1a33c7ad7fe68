package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.cli.bench.BenchPlan;
import dev.krabkrab.gateway.cli.bench.BenchPlan.Workload;
import dev.krabkrab.gateway.cli.bench.Pace;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Workloads of {@code krabkrab bench} that are about connections. */
final class BenchSockets {
  private static final int OPENING = 8;

  private BenchSockets() {}

  /** W1: connects. */
  @Command(
      name = "handshakes",
      description = "Measures devices that connect: challenge, signature, hello-ok.",
      footer = {
        "",
        "Paired devices come back with their device tokens, in rounds; leaving is not measured.",
        "",
        "Examples:",
        "  krabkrab bench handshakes --connections 500 --concurrency 8 --pid \"$PID\"",
        "  krabkrab bench handshakes --cold --rate 200"
      })
  static final class Handshakes extends BenchCommand {
    @Option(
        names = "--connections",
        paramLabel = "N",
        defaultValue = "100",
        converter = Bounded.Count.class,
        description = "Devices that connect in each round. Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(names = "--cold", description = "New devices in each round, which are paired by it.")
    private boolean cold;

    @Option(
        names = "--others",
        paramLabel = "N",
        defaultValue = "0",
        converter = Bounded.CountOrNone.class,
        description = "Operators that are connected meanwhile. Default: ${DEFAULT-VALUE}.")
    private int others;

    Handshakes(CliContext context) {
      super(context);
    }

    @Override
    Workload workload() {
      return Workload.HANDSHAKES;
    }

    @Override
    BenchPlan.Size size() {
      return new BenchPlan.Size(connections, 0, others);
    }

    @Override
    BenchPlan.Subject subject() {
      return new BenchPlan.Subject(METHOD, "{}", cold, 0, protocol());
    }

    @Override
    Pace pace(BenchOptions load) {
      return load.pace(OPENING, connections, "--connections " + connections);
    }
  }

  /** W5: idle connections. */
  @Command(
      name = "connections",
      description = "Measures what idle connections hold and cost.",
      footer = {
        "",
        "Operations are handshakes; --duration is how long the connections are idle.",
        "",
        "Example:",
        "  krabkrab bench connections --connections 5000 --duration 60s --pid \"$PID\""
      })
  static final class Connections extends BenchCommand {
    @Option(
        names = "--connections",
        paramLabel = "N",
        defaultValue = "1000",
        converter = Bounded.Count.class,
        description = "Operators that connect and do nothing. Default: ${DEFAULT-VALUE}.")
    private int connections;

    Connections(CliContext context) {
      super(context);
    }

    @Override
    Workload workload() {
      return Workload.CONNECTIONS;
    }

    @Override
    BenchPlan.Size size() {
      return new BenchPlan.Size(connections, 0, 0);
    }

    @Override
    Pace pace(BenchOptions load) {
      return load.pace(OPENING, connections, "--connections " + connections);
    }
  }

  /** W6: somebody who does not read. */
  @Command(
      name = "slow-reader",
      description = "Measures approvals while one more approver never reads.",
      footer = {
        "",
        "The same is done before that with all of them reading, to compare with.",
        "",
        "Example:",
        "  krabkrab bench slow-reader --approvers 20 --padding 8192 --pid \"$PID\""
      })
  static final class SlowReader extends BenchCommand {
    @Option(
        names = "--approvers",
        paramLabel = "N",
        defaultValue = "20",
        converter = Bounded.Count.class,
        description = "Operators that are told, and read. Default: ${DEFAULT-VALUE}.")
    private int approvers;

    @Option(
        names = "--padding",
        paramLabel = "N",
        defaultValue = "8192",
        converter = Bounded.CountOrNone.class,
        description = "Characters of the command. Default: ${DEFAULT-VALUE}.")
    private int padding;

    SlowReader(CliContext context) {
      super(context);
    }

    @Override
    Workload workload() {
      return Workload.SLOW_READER;
    }

    @Override
    BenchPlan.Size size() {
      return new BenchPlan.Size(approvers, 0, 0);
    }

    @Override
    BenchPlan.Subject subject() {
      return subject(padding);
    }

    @Override
    Pace pace(BenchOptions load) {
      return load.pace(4, Integer.MAX_VALUE, "");
    }
  }

  /** One event to many. */
  @Command(
      name = "fan-out",
      description = "Measures the delivery of one event to many.",
      footer = {
        "",
        "The events are those of approvals; an operation is one delivery, and --rate and",
        "--concurrency are about approvals, of two events each.",
        "",
        "Example:",
        "  krabkrab bench fan-out --connections 1000 --pid \"$PID\""
      })
  static final class FanOut extends BenchCommand {
    @Option(
        names = "--connections",
        paramLabel = "N",
        defaultValue = "1000",
        converter = Bounded.Count.class,
        description = "Operators that are told. Default: ${DEFAULT-VALUE}.")
    private int connections;

    FanOut(CliContext context) {
      super(context);
    }

    @Override
    Workload workload() {
      return Workload.FAN_OUT;
    }

    @Override
    BenchPlan.Size size() {
      return new BenchPlan.Size(connections, 0, 0);
    }

    @Override
    BenchPlan.Subject subject() {
      return subject(40);
    }

    @Override
    Pace pace(BenchOptions load) {
      return load.pace(1, Integer.MAX_VALUE, "");
    }
  }
}
