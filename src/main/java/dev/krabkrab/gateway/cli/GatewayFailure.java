package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.platform.telemetry.ConsoleLines;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/**
 * What keeps {@code krabkrab gateway} from being run at all, a wrong command line above all. Where
 * the log of the gateway is JSON, this is one line of it.
 */
final class GatewayFailure implements IParameterExceptionHandler {
  private static final String COMMAND = "gateway";

  private final CliContext context;
  private final IParameterExceptionHandler otherwise;

  /**
   * @param otherwise takes all that is no line of the log
   */
  GatewayFailure(CliContext context, IParameterExceptionHandler otherwise) {
    this.context = context;
    this.otherwise = otherwise;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) throws Exception {
    CommandLine line = failure.getCommandLine();
    if (!isLogLine(context, line)) {
      return otherwise.handleParseException(failure, args);
    }
    print(
        context,
        String.valueOf(failure.getMessage()),
        UsagePrinter.see(line),
        line.getCommandSpec().exitCodeOnInvalidInput());
    return line.getCommandSpec().exitCodeOnInvalidInput();
  }

  /** Whether a failure of a command is to be a line of a log in JSON. */
  static boolean isLogLine(CliContext context, CommandLine line) {
    return line.getCommandName().equals(COMMAND) && ConsoleLines.areJson(context.environment());
  }

  static void print(CliContext context, String message, @Nullable String hint, int exitCode) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (hint != null) {
      fields.put("hint", hint);
    }
    fields.put("exitCode", exitCode);
    context.err().println(ConsoleLines.json(Level.ERROR, GatewayCommand.class, message, fields));
  }
}
