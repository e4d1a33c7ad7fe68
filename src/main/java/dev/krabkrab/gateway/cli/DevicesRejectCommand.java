package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code krabkrab devices reject}. */
@Command(
    name = "reject",
    description = "Turns a waiting device away. It may ask again.",
    footer = {"", "Examples:", "  krabkrab devices reject 3ea3ed38-ff89-4530-a6a5-cd779946c09e"})
final class DevicesRejectCommand extends PairingCommand {
  @Parameters(paramLabel = "REQUEST", description = "The request id, as 'devices list' shows it.")
  private String requestId = "";

  DevicesRejectCommand(CliContext context) {
    super(context);
  }

  @Override
  int run(GatewayClient client) {
    JsonNode rejected =
        callWithPower(client, "device.pair.reject", Json.object().put("requestId", requestId));
    if (!printedAsJson(rejected)) {
      print("Rejected device " + Text.safe(rejected.path("deviceId").asText("?")) + ".");
    }
    return ExitCodes.OK;
  }
}
