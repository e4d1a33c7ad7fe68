package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code krabkrab devices revoke}. */
@Command(
    name = "revoke",
    description = "Ends a device's token for one role and closes its connections.",
    footer = {
      "",
      "It has to be approved for that role anew before it comes back. `krabkrab devices remove`",
      "forgets the device as a whole.",
      "",
      "Examples:",
      "  krabkrab devices revoke 5647a1f0c3d2",
      "  krabkrab devices revoke 5647a1f0c3d2 --role node"
    })
final class DevicesRevokeCommand extends PairingCommand {
  @Parameters(paramLabel = "DEVICE", description = "Its id, or the beginning of it.")
  private String deviceId = "";

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      defaultValue = "operator",
      description = "operator or node. Default: ${DEFAULT-VALUE}.")
  private String role = "";

  DevicesRevokeCommand(CliContext context) {
    super(context);
  }

  @Override
  int run(GatewayClient client) {
    String id = Devices.paired(client::call, deviceId);
    JsonNode revoked =
        callWithPower(
            client, "device.token.revoke", Json.object().put("deviceId", id).put("role", role));
    if (id.equals(connector().deviceId()) && role.equals(Session.Part.OPERATOR.role())) {
      connector().forgetToken();
    }
    if (!printedAsJson(revoked)) {
      print("Revoked the " + role + " token of " + Text.safe(id) + ".");
    }
    return ExitCodes.OK;
  }
}
