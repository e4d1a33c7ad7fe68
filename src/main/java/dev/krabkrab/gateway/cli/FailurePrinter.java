package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
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
      return logged(failure, line);
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
    // Who was refused is told what somebody else has to do, elsewhere.
    Program program = new Program(context, known.exitCode() == ExitCodes.REFUSED ? null : line);
    String message = program.told(String.valueOf(known.getMessage()));
    String hint = hint(known, line, program);
    if (line.getParseResult().hasMatchedOption("--json")) {
      context.err().println(Json.compact(json(known, message, hint)));
    } else {
      context.err().println("krabkrab: " + message);
      if (hint != null) {
        context.err().print(hint + "\n");
        context.err().flush();
      }
    }
    return known.exitCode();
  }

  private int logged(Exception failure, CommandLine line) {
    if (!(failure instanceof CliException known)) {
      GatewayFailure.print(context, "defect: " + failure, null, ExitCodes.INTERNAL);
      return ExitCodes.INTERNAL;
    }
    Program program = new Program(context, line);
    GatewayFailure.print(
        context,
        program.told(String.valueOf(known.getMessage())),
        hint(known, line, program),
        known.exitCode());
    return known.exitCode();
  }

  private static @Nullable String hint(CliException failure, CommandLine line, Program program) {
    String hint = failure.hint();
    if (hint != null) {
      return program.told(hint);
    }
    return failure.exitCode() == ExitCodes.USAGE ? UsagePrinter.see(line) : null;
  }

  private static ObjectNode json(CliException failure, String message, @Nullable String hint) {
    ObjectNode json = Json.object().put("message", message).put("exitCode", failure.exitCode());
    if (hint != null) {
      json.put("hint", hint);
    }
    GatewayError error = failure.error();
    if (error != null) {
      json.set("error", error.raw());
    }
    return json;
  }
}
