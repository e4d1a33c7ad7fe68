package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code krabkrab config get}. */
@Command(
    name = "get",
    description = "Prints the shared configuration, or one part of it.",
    footer = {
      "",
      "Secrets are hidden unless --show-secrets is given, with --json too. What is printed may be",
      "written back: '(hidden)' means as it was.",
      "",
      "Examples:",
      "  krabkrab config get",
      "  krabkrab config get gateway.nodes.denyCommands",
      "  krabkrab config get --show-secrets > gateway.json5"
    })
final class ConfigGetCommand extends ClientCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "PATH",
      description = "A dotted path, like gateway.controlUi. Default: everything.")
  private @Nullable String path;

  @Option(names = "--show-secrets", description = "Do not hide tokens, passwords and keys.")
  private boolean showSecrets;

  ConfigGetCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.admin");
  }

  @Override
  int run(GatewayClient client) {
    JsonNode snapshot = client.call("config.get", Json.object());
    JsonNode config = snapshot.path("config");
    if (path != null) {
      JsonNode part = ConfigPath.at(config, path);
      if (part.isMissingNode()) {
        throw new CliException(
            ExitCodes.FAILED, path + " is not set", "`krabkrab config get` shows what is.");
      }
      JsonNode shown = shown(part, ConfigPath.keys(path));
      if (!printedAsJson(shown)) {
        show(shown);
      }
      return ExitCodes.OK;
    }
    if (!printedAsJson(shown(snapshot))) {
      show(shown(config, List.of()));
      context().err().println("hash " + snapshot.path("hash").asText("-"));
      snapshot.path("issues").forEach(issue -> context().err().println(ConfigChange.line(issue)));
      snapshot
          .path("warnings")
          .forEach(issue -> context().err().println("warning" + ConfigChange.line(issue)));
    }
    return ExitCodes.OK;
  }

  private JsonNode shown(JsonNode part, List<String> at) {
    return showSecrets ? part : new Redaction().of(part, at);
  }

  /** The document stands in an answer three times, once as text. */
  private JsonNode shown(JsonNode snapshot) {
    if (showSecrets || !(snapshot instanceof ObjectNode answer)) {
      return snapshot;
    }
    ObjectNode copy = answer.deepCopy();
    for (String field : List.of("config", "parsed", "resolved", "sourceConfig")) {
      if (copy.has(field)) {
        copy.set(field, shown(copy.get(field), List.of()));
      }
    }
    copy.put("raw", Json.pretty(copy.path("config")) + "\n");
    return copy;
  }

  private void show(JsonNode part) {
    if (part.isTextual()) {
      print(part.asText());
    } else {
      printPretty(part);
    }
  }
}
