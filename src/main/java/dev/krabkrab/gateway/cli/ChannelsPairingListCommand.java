package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code krabkrab channels pairing list}. */
@Command(
    name = "list",
    description = "Shows strangers who wrote and wait to be let in.",
    footer = {
      "",
      "A code lasts an hour. Compare the id, too: anybody may take any name.",
      "",
      "Examples:",
      "  krabkrab channels pairing list",
      "  krabkrab channels pairing list --channel telegram --json"
    })
final class ChannelsPairingListCommand extends ClientCommand {
  @Option(names = "--channel", paramLabel = "CHANNEL", description = "Only those of this channel.")
  private @Nullable String channel;

  @Option(names = "--account", paramLabel = "ACCOUNT", description = "Only those of this account.")
  private @Nullable String account;

  ChannelsPairingListCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.pairing");
  }

  @Override
  int run(GatewayClient client) {
    ObjectNode params = Json.object();
    if (channel != null) {
      params.put("channel", channel);
    }
    if (account != null) {
      params.put("accountId", account);
    }
    JsonNode waiting = client.call("channels.pairing.list", params);
    if (printedAsJson(waiting)) {
      return ExitCodes.OK;
    }
    if (waiting.path("requests").isEmpty()) {
      print("Nobody waits to be let in.");
      return ExitCodes.OK;
    }
    Table table = new Table("CHANNEL", "ACCOUNT", "CODE", "ID", "NAME", "ASKED", "EXPIRES");
    for (JsonNode row : waiting.path("requests")) {
      table.row(
          row.path("channel").asText(""),
          row.path("accountId").asText(""),
          row.path("code").asText(""),
          row.path("senderId").asText(""),
          row.path("name").asText(""),
          relative(row.path("createdAtMs")),
          relative(row.path("expiresAtMs")));
    }
    table.print(context());
    print("");
    printNext("Let one in:  ", "krabkrab channels pairing approve CHANNEL CODE");
    return ExitCodes.OK;
  }
}
