package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code krabkrab devices rotate}. */
@Command(
    name = "rotate",
    description = "Replaces a device's token for one role.",
    footer = {
      "",
      "The old token stops working at once. The device gets the new one when it connects again",
      "with the shared token; --json prints it when the gateway hands it out.",
      "",
      "Examples:",
      "  krabkrab devices rotate 5647a1f0c3d2",
      "  krabkrab devices rotate 5647a1f0c3d2 --role node",
      "  krabkrab devices rotate 5647a1f0c3d2 --token-scopes operator.read"
    })
final class DevicesRotateCommand extends PairingCommand {
  @Parameters(paramLabel = "DEVICE", description = "Its id, or the beginning of it.")
  private String deviceId = "";

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      defaultValue = "operator",
      description = "operator or node. Default: ${DEFAULT-VALUE}.")
  private String role = "";

  @Option(
      names = "--token-scopes",
      paramLabel = "SCOPE",
      split = ",",
      description = "Scopes of the new token. Default: those of the old one.")
  private @Nullable List<String> tokenScopes;

  DevicesRotateCommand(CliContext context) {
    super(context);
  }

  @Override
  int run(GatewayClient client) {
    String id = Devices.paired(client::call, deviceId);
    ObjectNode params = Json.object().put("deviceId", id).put("role", role);
    if (tokenScopes != null) {
      tokenScopes.forEach(params.withArrayProperty("scopes")::add);
    }
    JsonNode rotated = callWithPower(client, "device.token.rotate", params);
    if (id.equals(connector().deviceId())) {
      connector().keepToken(rotated);
    }
    if (!printedAsJson(rotated)) {
      print(
          "Rotated the "
              + role
              + " token of "
              + Text.safe(id)
              + "; scopes: "
              + Text.safe(DeviceText.join(rotated.path("scopes")))
              + ".");
    }
    return ExitCodes.OK;
  }
}
