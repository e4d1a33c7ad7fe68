package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
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
    JsonNode devices = all(client::call);
    if (printedAsJson(devices)) {
      return ExitCodes.OK;
    }
    pending(devices.path("pending"));
    print("");
    paired(devices.path("paired"));
    return ExitCodes.OK;
  }

  /** All pages as one. */
  static ObjectNode all(RedisPairing.Calls client) {
    ObjectNode all = (ObjectNode) client.call("device.pair.list", Json.object());
    while (all.remove("nextCursor") instanceof TextNode next) {
      ObjectNode from = Json.object().put("cursor", next.textValue());
      JsonNode page = client.call("device.pair.list", from);
      page.path("paired").forEach(all.withArray("paired")::add);
      if (page.has("nextCursor")) {
        all.set("nextCursor", page.get("nextCursor"));
      }
    }
    return all;
  }

  private void pending(JsonNode rows) {
    if (rows.isEmpty()) {
      print("Nothing waits for approval.");
      return;
    }
    print("Waiting for approval");
    Table table = new Table("REQUEST", "NAME", "PLATFORM", "ROLE", "FROM", "CODE", "ASKED");
    ShortIds ids = ShortIds.of(rows, "requestId");
    for (JsonNode row : rows) {
      table.row(
          ids.of(row.path("requestId").asText("")),
          DeviceText.name(row),
          row.path("platform").asText(""),
          row.path("role").asText(""),
          row.path("remoteIp").asText(row.path("silent").asBoolean() ? "local" : ""),
          row.path("comparisonCode").asText(""),
          relative(row.path("ts")));
      table
          .detail("scopes", DeviceText.join(row.path("scopes")))
          .detail("may run", DeviceText.commands(row));
    }
    table.print(context());
    print("");
    printNext("Let one in:  ", "krabkrab devices approve REQUEST");
  }

  private void paired(JsonNode rows) {
    if (rows.isEmpty()) {
      print("No device is paired.");
      return;
    }
    print("Paired");
    Table table = new Table("DEVICE", "NAME", "PLATFORM", "ROLES", "APPROVED", "LAST SEEN");
    ShortIds ids = ShortIds.of(rows, "deviceId");
    for (JsonNode row : rows) {
      table.row(
          ids.of(row.path("deviceId").asText("")),
          DeviceText.name(row),
          row.path("platform").asText(""),
          DeviceText.join(row.path("roles")),
          relative(row.path("approvedAtMs")),
          row.path("connected").asBoolean()
              ? "connected"
              : row.has("lastSeenAtMs") ? relative(row.path("lastSeenAtMs")) : "");
      table
          .detail("scopes", DeviceText.join(row.path("scopes")))
          .detail("let in", DeviceText.how(row));
    }
    table.print(context());
  }
}
