package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cli.bench.Bench;
import dev.krabkrab.gateway.cli.bench.BenchException;
import dev.krabkrab.gateway.cli.bench.BenchPlan;
import dev.krabkrab.gateway.cli.bench.Device;
import dev.krabkrab.gateway.cli.bench.Endpoint;
import dev.krabkrab.gateway.cli.bench.Pace;
import dev.krabkrab.gateway.cli.bench.ServerMeter;
import dev.krabkrab.gateway.cli.bench.Surroundings;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** A workload of {@code krabkrab bench}. */
abstract class BenchCommand implements Callable<Integer> {
  static final String METHOD = "health";

  /** A machine's own limit is told before a thousand connections fail. */
  private static final int SPARE_FILES = 64;

  /** Of the part of a run's ids that no other run has. */
  private static final int ID_LENGTH = 8;

  @Mixin private BenchConnection options = new BenchConnection();
  @Mixin private BenchOptions load = new BenchOptions();

  private final CliContext context;

  BenchCommand(CliContext context) {
    this.context = context;
  }

  abstract BenchPlan.Workload workload();

  abstract BenchPlan.Size size();

  /** What the operations are. */
  BenchPlan.Subject subject() {
    return subject(0);
  }

  final BenchPlan.Subject subject(int padding) {
    return new BenchPlan.Subject(METHOD, "{}", false, padding, protocol());
  }

  abstract Pace pace(BenchOptions load);

  final int protocol() {
    return load.protocol();
  }

  @Override
  public Integer call() {
    BenchPlan plan =
        new BenchPlan(workload(), size(), pace(load), load.duration(), load.warmup(), subject());
    refuseTooMany(plan.size(), OpenFiles.most());
    ServerMeter meter = load.meter();
    List<Endpoint> endpoints = options.endpoints(context);
    BenchComparison before = BenchComparison.read(load.compare(), plan.workload());
    ObjectNode report = run(plan, endpoints, meter);
    if (before != null) {
      report.set("comparison", before.with(report));
    }
    if (options.isJson()) {
      context.out().println(Json.compact(report));
    } else {
      new BenchReport(context, report).print();
    }
    return report.path("operations").asLong() > 0 ? ExitCodes.OK : ExitCodes.FAILED;
  }

  /**
   * @param files how many may be open
   */
  static void refuseTooMany(BenchPlan.Size size, long files) {
    long wanted = (long) size.connections() + size.nodes() + size.others() + SPARE_FILES;
    if (wanted > files) {
      throw CliException.usage(
          "--connections: " + wanted + " open files are needed, and " + files + " are allowed",
          "Raise the limit: ulimit -n " + wanted);
    }
  }

  private ObjectNode run(BenchPlan plan, List<Endpoint> endpoints, @Nullable ServerMeter meter) {
    try {
      if (meter != null) {
        meter.check();
      }
      return run(new Bench(plan, endpoints, surroundings(meter)));
    } catch (BenchException e) {
      throw failed(e);
    }
  }

  private ObjectNode run(Bench bench) {
    Thread atEnd = Thread.ofPlatform().name("bench-end").unstarted(bench::interrupt);
    Runtime.getRuntime().addShutdownHook(atEnd);
    try {
      return bench.run();
    } finally {
      forget(atEnd);
    }
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends already.
      return;
    }
  }

  private Surroundings surroundings(@Nullable ServerMeter meter) {
    boolean watched = context.terminal().columns() > 0 && !options.isJson();
    String id = context.ids().uuid();
    return new Surroundings(
        BenchCommand::device,
        meter,
        context::nowMs,
        id.substring(0, Math.min(id.length(), ID_LENGTH)),
        watched ? line -> context.err().println(line) : null);
  }

  private static Device device() {
    DeviceIdentity identity = DeviceIdentity.fresh();
    return new Device() {
      @Override
      public String deviceId() {
        return identity.deviceId();
      }

      @Override
      public String publicKey() {
        return identity.publicKey();
      }

      @Override
      public String sign(String text) {
        return identity.sign(text);
      }
    };
  }

  private static CliException failed(BenchException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.kind()) {
      case UNREACHABLE -> new CliException(ExitCodes.UNREACHABLE, message, "Check --url.");
      case REFUSED ->
          new CliException(
              ExitCodes.REFUSED,
              message,
              "Give the gateway's token (--token), and run it where devices are let in by"
                  + " themselves: on the gateway's host.");
      case LOCAL -> CliException.local(message, null, e);
      case INTERRUPTED -> new CliException(ExitCodes.FAILED, message, null);
    };
  }
}
