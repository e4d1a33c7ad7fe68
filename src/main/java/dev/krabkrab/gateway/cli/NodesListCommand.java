package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code krabkrab nodes list}. */
@Command(
    name = "list",
    description = "Shows the nodes and whether they are connected.",
    footer = {"", "Examples:", "  krabkrab nodes list", "  krabkrab nodes list --json"})
final class NodesListCommand extends ClientCommand {
  NodesListCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.read");
  }

  @Override
  int run(GatewayClient client) {
    JsonNode list = client.call("node.list", Json.object());
    if (printedAsJson(list)) {
      return ExitCodes.OK;
    }
    if (list.path("nodes").isEmpty()) {
      print("No nodes.");
      return ExitCodes.OK;
    }
    Table table = new Table("NODE", "NAME", "PLATFORM", "STATE", "SINCE");
    ShortIds ids = ShortIds.of(list.path("nodes"), "nodeId");
    for (JsonNode node : list.path("nodes")) {
      table.row(
          ids.of(node.path("nodeId").asText("")),
          node.path("displayName").asText(""),
          node.path("platform").asText(""),
          node.path("connected").asBoolean() ? "connected" : "offline",
          relative(node.path("connectedAtMs")));
      table.detail("commands", DeviceText.join(node.path("commands")));
    }
    table.print(context());
    return ExitCodes.OK;
  }
}
