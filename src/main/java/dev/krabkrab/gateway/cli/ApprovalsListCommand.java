package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code krabkrab approvals list}. */
@Command(
    name = "list",
    description = "Shows the commands that wait for a decision.",
    footer = {"", "Examples:", "  krabkrab approvals list", "  krabkrab approvals list --json"})
final class ApprovalsListCommand extends ClientCommand {
  ApprovalsListCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.approvals");
  }

  @Override
  int run(GatewayClient client) {
    JsonNode pending = client.call("exec.approval.list", Json.object());
    if (printedAsJson(pending)) {
      return ExitCodes.OK;
    }
    if (pending.isEmpty()) {
      print("Nothing waits for a decision.");
      return ExitCodes.OK;
    }
    Table table =
        new Table(
            "APPROVAL",
            "COMMAND",
            "WORDS",
            "VARIABLES",
            "WHERE",
            "AGENT",
            "ASKED BY",
            "ASKED",
            "EXPIRES");
    for (JsonNode row : pending) {
      table.row(
          row.path("id").asText(""),
          ApprovalText.command(row),
          ApprovalText.words(row),
          ApprovalText.variables(row),
          ApprovalText.place(row),
          row.path("request").path("agentId").asText(""),
          ApprovalText.asker(row),
          relative(row.path("createdAtMs")),
          relative(row.path("expiresAtMs")));
    }
    table.print(context().out());
    print("");
    print("Decide:  krabkrab approvals resolve APPROVAL allow-once|allow-always|deny");
    return ExitCodes.OK;
  }
}
