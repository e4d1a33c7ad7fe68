package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code krabkrab devices remove}. */
@Command(
    name = "remove",
    description = "Forgets a device: its tokens end, and its connections are closed everywhere.",
    footer = {
      "",
      "It has to be approved anew before it comes back.",
      "",
      "Examples:",
      "  krabkrab devices remove 5647a1f0c3d2"
    })
final class DevicesRemoveCommand extends PairingCommand {
  @Parameters(paramLabel = "DEVICE", description = "Its id, or the beginning of it.")
  private String deviceId = "";

  DevicesRemoveCommand(CliContext context) {
    super(context);
  }

  @Override
  int run(GatewayClient client) {
    String id = Devices.paired(client::call, deviceId);
    JsonNode removed =
        callWithPower(client, "device.pair.remove", Json.object().put("deviceId", id));
    if (id.equals(connector().deviceId())) {
      connector().forgetToken();
    }
    if (!printedAsJson(removed)) {
      print("Removed " + Text.safe(id) + ".");
    }
    return ExitCodes.OK;
  }
}
