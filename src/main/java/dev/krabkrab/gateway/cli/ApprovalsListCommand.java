package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code krabkrab approvals list}. */
@Command(
    name = "list",
    description = "Shows the commands that wait for a decision.",
    footer = {
      "",
      "'look at' says what deserves a second look, the gravest first. It never allows anything.",
      "",
      "Examples:",
      "  krabkrab approvals list",
      "  krabkrab approvals list --json"
    })
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
    Table table = new Table("APPROVAL", "AGENT", "ASKED BY", "ASKED", "EXPIRES");
    ShortIds ids = ShortIds.of(pending, "id");
    for (JsonNode row : pending) {
      table.row(
          ids.of(row.path("id").asText("")),
          row.path("request").path("agentId").asText(""),
          ApprovalText.asker(row),
          relative(row.path("createdAtMs")),
          relative(row.path("expiresAtMs")));
      table
          .detail("command", ApprovalText.command(row))
          .detail("words", ApprovalText.words(row))
          .detail("variables", ApprovalText.variables(row))
          .detail("where", ApprovalText.place(row))
          .detail("look at", ApprovalText.risks(row));
    }
    table.print(context());
    print("");
    printNext("Decide:  ", "krabkrab approvals resolve APPROVAL allow-once|allow-always|deny");
    return ExitCodes.OK;
  }
}
