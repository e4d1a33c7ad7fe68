package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code krabkrab nodes describe}. */
@Command(
    name = "describe",
    description = "Shows everything known about one node.",
    footer = {
      "",
      "Examples:",
      "  krabkrab nodes describe build-box",
      "  krabkrab nodes describe c8d2 --json"
    })
final class NodesDescribeCommand extends ClientCommand {
  @Parameters(paramLabel = "NODE", description = "Its id, the beginning of it, or its name.")
  private String node = "";

  NodesDescribeCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.read");
  }

  @Override
  int run(GatewayClient client) {
    JsonNode described =
        client.call("node.describe", Json.object().put("nodeId", Nodes.id(client, node)));
    if (printedAsJson(described)) {
      return ExitCodes.OK;
    }
    Map<String, String> fields = new LinkedHashMap<>();
    described
        .properties()
        .forEach(
            field -> {
              if (!field.getKey().equals("ts")) {
                fields.put(field.getKey(), value(field.getKey(), field.getValue()));
              }
            });
    Table.fields(context(), fields);
    return ExitCodes.OK;
  }

  private String value(String name, JsonNode value) {
    if (name.endsWith("AtMs")) {
      return relative(value);
    }
    if (value.isArray()) {
      return DeviceText.join(value).replace(",", ", ");
    }
    return value.isValueNode() ? value.asText() : Json.compact(value);
  }
}
