package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code krabkrab devices rename}. */
@Command(
    name = "rename",
    description = "Gives a device the label people know it by.",
    footer = {"", "Examples:", "  krabkrab devices rename 5647a1f0c3d2 'tablet in the kitchen'"})
final class DevicesRenameCommand extends PairingCommand {
  private static final int LONGEST = 64;

  @Parameters(index = "0", paramLabel = "DEVICE", description = "Its id, or the beginning of it.")
  private String deviceId = "";

  @Parameters(index = "1", paramLabel = "LABEL", description = "Up to 64 characters.")
  private String label = "";

  DevicesRenameCommand(CliContext context) {
    super(context);
  }

  @Override
  public Integer call() {
    if (label.isBlank() || label.length() > LONGEST) {
      throw CliException.usage("LABEL has 1 to 64 characters", null);
    }
    return super.call();
  }

  @Override
  int run(GatewayClient client) {
    String id = Devices.paired(client::call, deviceId);
    JsonNode renamed =
        callWithPower(
            client,
            "device.pair.rename",
            Json.object().put("deviceId", id).put("label", label.strip()));
    if (!printedAsJson(renamed)) {
      print("Renamed " + Text.safe(id) + " to " + Text.safe(label.strip()) + ".");
    }
    return ExitCodes.OK;
  }
}
