package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.StringJoiner;
import picocli.CommandLine.Command;

/** {@code krabkrab models}. */
@Command(
    name = "models",
    description = "Shows the models agents can use, and whether their provider has its key.",
    footer = {
      "",
      "The first part of docs/operations/agents.md says how to set one up.",
      "",
      "Examples:",
      "  krabkrab models",
      "  krabkrab models --json | jq -r '.models[].id'"
    })
final class ModelsCommand extends ClientCommand {
  ModelsCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.read");
  }

  @Override
  int run(GatewayClient client) {
    JsonNode answer = client.call("models.list", Json.object());
    if (printedAsJson(answer)) {
      return ExitCodes.OK;
    }
    Table table = new Table("MODEL", "NAME", "CONTEXT", "READS", "THINKS", "USABLE");
    for (JsonNode row : answer.path("models")) {
      StringJoiner input = new StringJoiner(",");
      row.path("input").forEach(kind -> input.add(kind.asText()));
      table.row(
          row.path("provider").asText() + "/" + row.path("id").asText(),
          row.path("name").asText(),
          row.path("contextWindow").asText(""),
          input.toString(),
          row.path("reasoning").asBoolean() ? "yes" : "no",
          row.path("available").asBoolean(true) ? "yes" : "no key");
    }
    table.print(context());
    return ExitCodes.OK;
  }
}
