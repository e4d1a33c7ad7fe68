package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code krabkrab channels status}. */
@Command(
    name = "status",
    description = "Shows the channels, their accounts, and how they are doing.",
    footer = {
      "",
      "With --probe, --timeout is the time the channels get (default 10s). Exit code 1 says that"
          + " an",
      "account in use does not work.",
      "",
      "Examples:",
      "  krabkrab channels status",
      "  krabkrab channels status --probe --timeout 20s"
    })
final class ChannelsStatusCommand extends ClientCommand {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  /** What the gateway may take beyond the channels' own time. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  @Option(names = "--probe", description = "Ask the channels whether the accounts work.")
  private boolean probe;

  ChannelsStatusCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.read");
  }

  @Override
  int run(GatewayClient client) {
    Duration wait = options().timeout != null ? options().timeout : DEFAULT_TIMEOUT;
    ObjectNode params = Json.object();
    if (probe) {
      params.put("probe", true).put("timeoutMs", wait.toMillis());
    }
    JsonNode status = client.call("channels.status", params, wait.plus(MARGIN), false);
    if (!printedAsJson(status)) {
      show(status);
    }
    return status.path("channelAccounts").findParents("accountId").stream()
            .allMatch(ChannelsStatusCommand::isWell)
        ? ExitCodes.OK
        : ExitCodes.FAILED;
  }

  private void show(JsonNode status) {
    if (status.path("channelOrder").isEmpty()) {
      print("No channel is set up. How: docs/operations/channels.md");
      return;
    }
    Table table = new Table("CHANNEL", "ACCOUNT", "STATE", "BY", "HEARD", "SAID", "WHO");
    for (JsonNode channel : status.path("channelOrder")) {
      for (JsonNode row : status.path("channelAccounts").path(channel.asText())) {
        table.row(
            status.path("channelLabels").path(channel.asText()).asText(channel.asText()),
            row.path("accountId").asText(""),
            state(row),
            row.path("instance").asText(""),
            relative(row.path("lastInboundAt")),
            relative(row.path("lastOutboundAt")),
            row.path("dmPolicy").asText(""));
        table.detail("problem", problem(row));
      }
    }
    table.print(context());
  }

  private static String state(JsonNode row) {
    if (!row.path("enabled").asBoolean(true)) {
      return "off";
    }
    if (!row.path("configured").asBoolean(true)) {
      return "not set up";
    }
    if (row.has("connected")) {
      return row.path("connected").asBoolean() ? "connected" : "not connected";
    }
    return "ready";
  }

  private static boolean isWell(JsonNode row) {
    boolean used = row.path("enabled").asBoolean(true);
    return !used || (row.path("configured").asBoolean(true) && problem(row).isEmpty());
  }

  private static String problem(JsonNode row) {
    JsonNode probed = row.path("probe");
    return probed.path("ok").isBoolean() && !probed.path("ok").asBoolean()
        ? probed.path("error").asText("no answer")
        : row.path("lastError").asText("");
  }
}
