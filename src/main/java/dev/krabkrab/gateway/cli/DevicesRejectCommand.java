package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code krabkrab devices reject}. */
@Command(
    name = "reject",
    description = "Turns a waiting device away. It may ask again.",
    footer = {"", "Examples:", "  krabkrab devices reject 3ea3ed38"})
final class DevicesRejectCommand extends PairingCommand {
  @Parameters(paramLabel = "REQUEST", description = "Its id, or the beginning of it.")
  private String requestId = "";

  DevicesRejectCommand(CliContext context) {
    super(context);
  }

  @Override
  int run(GatewayClient client) {
    String id = Devices.request(client::call, requestId);
    JsonNode rejected =
        callWithPower(client, "device.pair.reject", Json.object().put("requestId", id));
    if (!printedAsJson(rejected)) {
      print("Rejected device " + Text.safe(rejected.path("deviceId").asText("?")) + ".");
    }
    return ExitCodes.OK;
  }
}
