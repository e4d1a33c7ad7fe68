package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that connects to a gateway as this device. */
abstract class ClientCommand implements Callable<Integer> {
  @Mixin private ClientOptions options = new ClientOptions();

  @Spec private @Nullable CommandSpec spec;

  private final CliContext context;
  private @Nullable Connector connector;

  ClientCommand(CliContext context) {
    this.context = context;
  }

  /** The least scopes the command needs. */
  abstract List<String> scopes();

  /** What the command does once connected. */
  abstract int run(GatewayClient client);

  @Override
  public Integer call() {
    try (GatewayClient client = connect(scopes())) {
      return run(client);
    }
  }

  final CliContext context() {
    return context;
  }

  final ClientOptions options() {
    return options;
  }

  /** Connects; {@code --scopes} wins over what is requested here. */
  final GatewayClient connect(List<String> scopes) {
    return connector().connect(session(scopes));
  }

  /** The capabilities to declare; none unless a command needs events of a kind. */
  List<String> caps() {
    return List.of();
  }

  final Session session(List<String> scopes) {
    return new Session(options.scopes != null ? options.scopes : scopes, caps());
  }

  final Connector connector() {
    Connector ready = connector;
    if (ready == null) {
      ready = new Connector(new SettingsResolver(options, context).resolve(), context);
      connector = ready;
    }
    return ready;
  }

  /** Prints the payload as it came when {@code --json} was given. */
  final boolean printedAsJson(JsonNode payload) {
    if (options.json) {
      context.out().println(Json.compact(payload));
    }
    return options.json;
  }

  /** Prints a command that comes next, as it can be pasted. */
  final void printNext(String before, String command) {
    context.out().println(before + told(command));
  }

  /** A command as it can be pasted. */
  final String told(String command) {
    return new Program(context, spec == null ? null : spec.commandLine()).told(command);
  }

  final void print(String line) {
    context.out().println(line);
  }

  /** Prints JSON over several lines. */
  final void printPretty(JsonNode payload) {
    context.out().print(Json.pretty(payload) + "\n");
    context.out().flush();
  }

  final String relative(JsonNode ms) {
    return Text.relative(ms.asLong(0), context.nowMs());
  }
}
