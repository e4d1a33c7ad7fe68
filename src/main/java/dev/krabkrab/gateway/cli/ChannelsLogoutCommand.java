package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code krabkrab channels logout}. */
@Command(
    name = "logout",
    description = "Takes an account's secrets out of the configuration and switches it off.",
    footer = {
      "",
      "Withdraw the token at the channel, too, when somebody else may have it.",
      "",
      "Examples:",
      "  krabkrab channels logout telegram",
      "  krabkrab channels logout slack --account ops"
    })
final class ChannelsLogoutCommand extends ClientCommand {
  @Parameters(paramLabel = "CHANNEL", description = "Such as telegram.")
  private String channel = "";

  @Option(
      names = "--account",
      paramLabel = "ACCOUNT",
      description = "Which account. Default: default, else the first.")
  private @Nullable String account;

  ChannelsLogoutCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.admin");
  }

  @Override
  int run(GatewayClient client) {
    ObjectNode params = Json.object().put("channel", channel);
    if (account != null) {
      params.put("accountId", account);
    }
    JsonNode left = client.call("channels.logout", params);
    if (!printedAsJson(left)) {
      print(
          left.path("cleared").asBoolean()
              ? "Logged out of "
                  + Text.safe(channel)
                  + " (account "
                  + Text.safe(left.path("accountId").asText("?"))
                  + "): switched off, secrets taken out."
              : "There is no such account of " + Text.safe(channel) + "; nothing was logged out.");
    }
    return ExitCodes.OK;
  }
}
