package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code krabkrab devices list}. */
@Command(
    name = "list",
    description = "Shows devices that wait for approval and those that are paired.",
    footer = {"", "Examples:", "  krabkrab devices list", "  krabkrab devices list --json"})
final class DevicesListCommand extends ClientCommand {
  DevicesListCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.pairing");
  }

  @Override
  int run(GatewayClient client) {
    JsonNode devices = client.call("device.pair.list", Json.object());
    if (printedAsJson(devices)) {
      return ExitCodes.OK;
    }
    pending(devices.path("pending"));
    print("");
    paired(devices.path("paired"));
    return ExitCodes.OK;
  }

  private void pending(JsonNode rows) {
    if (rows.isEmpty()) {
      print("Nothing waits for approval.");
      return;
    }
    print("Waiting for approval");
    Table table =
        new Table(
            "REQUEST", "NAME", "PLATFORM", "ROLE", "SCOPES", "MAY RUN", "FROM", "CODE", "ASKED");
    for (JsonNode row : rows) {
      table.row(
          row.path("requestId").asText(""),
          DeviceText.name(row),
          row.path("platform").asText(""),
          row.path("role").asText(""),
          DeviceText.join(row.path("scopes")),
          DeviceText.commands(row),
          row.path("remoteIp").asText(row.path("silent").asBoolean() ? "local" : ""),
          row.path("comparisonCode").asText(""),
          relative(row.path("ts")));
    }
    table.print(context().out());
    print("");
    print("Let one in:  krabkrab devices approve REQUEST");
  }

  private void paired(JsonNode rows) {
    if (rows.isEmpty()) {
      print("No device is paired.");
      return;
    }
    print("Paired");
    Table table =
        new Table("DEVICE", "NAME", "PLATFORM", "ROLES", "SCOPES", "APPROVED", "HOW", "LAST SEEN");
    for (JsonNode row : rows) {
      table.row(
          row.path("deviceId").asText(""),
          DeviceText.name(row),
          row.path("platform").asText(""),
          DeviceText.join(row.path("roles")),
          DeviceText.join(row.path("scopes")),
          relative(row.path("approvedAtMs")),
          DeviceText.how(row),
          row.path("connected").asBoolean()
              ? "connected"
              : row.has("lastSeenAtMs") ? relative(row.path("lastSeenAtMs")) : "");
    }
    table.print(context().out());
  }
}
