package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Prints why a command failed and what to do, to standard error; with {@code --json} as JSON. */
final class FailurePrinter implements IExecutionExceptionHandler {
  private final CliContext context;

  FailurePrinter(CliContext context) {
    this.context = context;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine line, ParseResult parsed) {
    if (GatewayFailure.isLogLine(context, line)) {
      return logged(failure);
    }
    if (!(failure instanceof CliException known)) {
      context.err().println("krabkrab: defect: " + failure);
      if (new Environment(context).get("KRABKRAB_DEBUG").isPresent()) {
        failure.printStackTrace(context.err());
      } else {
        context.err().println("Set KRABKRAB_DEBUG=1 to see where it happened, and report it.");
      }
      return ExitCodes.INTERNAL;
    }
    if (line.getParseResult().hasMatchedOption("--json")) {
      context.err().println(Json.compact(json(known)));
    } else {
      context.err().println("krabkrab: " + known.getMessage());
      if (known.hint() != null) {
        context.err().print(known.hint() + "\n");
        context.err().flush();
      }
    }
    return known.exitCode();
  }

  private int logged(Exception failure) {
    if (failure instanceof CliException known) {
      GatewayFailure.print(
          context, String.valueOf(known.getMessage()), known.hint(), known.exitCode());
      return known.exitCode();
    }
    GatewayFailure.print(context, "defect: " + failure, null, ExitCodes.INTERNAL);
    return ExitCodes.INTERNAL;
  }

  private static ObjectNode json(CliException failure) {
    ObjectNode json =
        Json.object().put("message", failure.getMessage()).put("exitCode", failure.exitCode());
    if (failure.hint() != null) {
      json.put("hint", failure.hint());
    }
    GatewayError error = failure.error();
    if (error != null) {
      json.set("error", error.raw());
    }
    return json;
  }
}
