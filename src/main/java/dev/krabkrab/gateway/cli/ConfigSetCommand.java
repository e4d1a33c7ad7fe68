package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code krabkrab config set}. */
@Command(
    name = "set",
    description = "Sets one value, or with --file the whole shared configuration.",
    footer = {
      "",
      "VALUE is JSON; what is no JSON is taken as text. null removes the value.",
      "",
      "Examples:",
      "  krabkrab config set gateway.controlUi.allowInsecureAuth true",
      "  krabkrab config set gateway.nodes.denyCommands '[\"system.run\"]'",
      "  krabkrab config set --file gateway.json5"
    })
final class ConfigSetCommand extends ConfigChange {
  @Parameters(index = "0", arity = "0..1", paramLabel = "PATH", description = "A dotted path.")
  private @Nullable String path;

  @Parameters(index = "1", arity = "0..1", paramLabel = "VALUE", description = "The new value.")
  private @Nullable String value;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The whole document, JSON or JSON5. '-' reads standard input.")
  private @Nullable Path file;

  ConfigSetCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    boolean one = path != null && value != null && file == null;
    boolean whole = path == null && value == null && file != null;
    if (!one && !whole) {
      throw CliException.usage("give PATH and VALUE, or --file", "See --help for examples.");
    }
    return super.call();
  }

  @Override
  int run(GatewayClient client) {
    if (path != null && value != null) {
      return write(client, "config.patch", Json.compact(ConfigPath.patch(path, parse(value))));
    }
    return write(client, "config.set", Input.either(null, file, context()));
  }

  private static JsonNode parse(String text) {
    try {
      JsonNode json = Json.parseLenient(text);
      return json.isMissingNode() ? TextNode.valueOf(text) : json;
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(text);
    }
  }
}
