package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.cli.bench.BenchPlan;
import dev.krabkrab.gateway.cli.bench.BenchPlan.Workload;
import dev.krabkrab.gateway.cli.bench.Pace;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Workloads of {@code krabkrab bench} in which clients ask for something. */
final class BenchWork {
  private BenchWork() {}

  /** W2: requests. */
  @Command(
      name = "calls",
      description = "Measures requests and their answers.",
      footer = {
        "",
        "Examples:",
        "  krabkrab bench calls --connections 50 --concurrency 800",
        "  krabkrab bench calls --method node.list --nodes 20 --rate 2000"
      })
  static final class Calls extends BenchCommand {
    @Option(
        names = "--connections",
        paramLabel = "N",
        defaultValue = "50",
        converter = Bounded.Count.class,
        description = "Operators that call. Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(
        names = "--method",
        paramLabel = "METHOD",
        defaultValue = BenchCommand.METHOD,
        description = "What they call. Default: ${DEFAULT-VALUE}.")
    private String method = METHOD;

    @Option(
        names = "--params",
        paramLabel = "JSON",
        description = "Its parameters, a JSON object. Default: {}.")
    private @Nullable String params;

    @Option(
        names = "--nodes",
        paramLabel = "N",
        defaultValue = "0",
        converter = Bounded.CountOrNone.class,
        description = "Nodes that are connected meanwhile. Default: ${DEFAULT-VALUE}.")
    private int nodes;

    Calls(CliContext context) {
      super(context);
    }

    @Override
    Workload workload() {
      return Workload.CALLS;
    }

    @Override
    BenchPlan.Size size() {
      return new BenchPlan.Size(connections, nodes, 0);
    }

    @Override
    BenchPlan.Subject subject() {
      if (!method.matches("[A-Za-z0-9_.-]{1,200}")) {
        throw CliException.usage("--method " + method + " is not a method", "Like node.list.");
      }
      return new BenchPlan.Subject(method, parameters(), false, 0, protocol());
    }

    private String parameters() {
      try {
        JsonNode json = Json.parseLenient(params == null ? "{}" : params);
        if (json.isObject()) {
          return json.toString();
        }
      } catch (JsonProcessingException e) {
        throw CliException.usage("--params is not JSON: " + e.getOriginalMessage(), null);
      }
      throw CliException.usage("--params is not a JSON object", null);
    }

    @Override
    Pace pace(BenchOptions load) {
      return load.pace(connections, Integer.MAX_VALUE, "");
    }
  }

  /** W3: approvals. */
  @Command(
      name = "approvals",
      description = "Measures approvals: asked, told to all approvers, decided, told to all.",
      footer = {
        "",
        "Examples:",
        "  krabkrab bench approvals --approvers 10 --concurrency 4",
        "  krabkrab bench approvals --approvers 100 --rate 50"
      })
  static final class Approvals extends BenchCommand {
    @Option(
        names = "--approvers",
        paramLabel = "N",
        defaultValue = "10",
        converter = Bounded.Count.class,
        description = "Operators that are told, of whom one decides. Default: ${DEFAULT-VALUE}.")
    private int approvers;

    @Option(
        names = "--padding",
        paramLabel = "N",
        defaultValue = "40",
        converter = Bounded.CountOrNone.class,
        description = "Characters of the command. Default: ${DEFAULT-VALUE}.")
    private int padding;

    Approvals(CliContext context) {
      super(context);
    }

    @Override
    Workload workload() {
      return Workload.APPROVALS;
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

  /** W4: invokes. */
  @Command(
      name = "invokes",
      description = "Measures node.invoke: to a node of its own and back.",
      footer = {
        "",
        "Examples:",
        "  krabkrab bench invokes --connections 10 --concurrency 80",
        "  krabkrab bench invokes --nodes 100 --rate 500"
      })
  static final class Invokes extends BenchCommand {
    @Option(
        names = "--connections",
        paramLabel = "N",
        defaultValue = "10",
        converter = Bounded.Count.class,
        description = "Operators that invoke. Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(
        names = "--nodes",
        paramLabel = "N",
        defaultValue = "20",
        converter = Bounded.Count.class,
        description = "Nodes that answer. Default: ${DEFAULT-VALUE}.")
    private int nodes;

    Invokes(CliContext context) {
      super(context);
    }

    @Override
    Workload workload() {
      return Workload.INVOKES;
    }

    @Override
    BenchPlan.Size size() {
      return new BenchPlan.Size(connections, nodes, 0);
    }

    @Override
    Pace pace(BenchOptions load) {
      return load.pace(connections, Integer.MAX_VALUE, "");
    }
  }
}
