package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code krabkrab approvals rules}. */
@Command(
    name = "rules",
    description = "Shows what is allowed always, until its end or until it is taken back.",
    footer = {
      "",
      "A rule holds for one agent, one node, one program and its exact arguments in one folder.",
      "It is made by 'approvals resolve APPROVAL allow-always'.",
      "",
      "Examples:",
      "  krabkrab approvals rules",
      "  krabkrab approvals rules --json",
      "  krabkrab approvals rules remove 0f2c..."
    })
final class ApprovalsRulesCommand extends ClientCommand {
  ApprovalsRulesCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.approvals");
  }

  @Override
  int run(GatewayClient client) {
    JsonNode answer = client.call("exec.approval.grants.list", Json.object());
    if (printedAsJson(answer)) {
      return ExitCodes.OK;
    }
    if (answer.path("grants").isEmpty()) {
      print("Nothing is allowed always.");
      return ExitCodes.OK;
    }
    Table table = new Table("RULE", "NODE", "AGENT", "BY", "ENDS", "USES", "LAST USE");
    ShortIds ids = ShortIds.of(answer.path("grants"), "grantId");
    ShortIds nodes = ShortIds.of(answer.path("grants"), "nodeId");
    for (JsonNode rule : answer.path("grants")) {
      table.row(
          ids.of(rule.path("grantId").asText()),
          nodes.of(rule.path("nodeId").asText("")),
          rule.path("agentId").asText(""),
          RuleText.grantor(rule),
          relative(rule.path("expiresAtMs")),
          rule.path("useCount").asText("0"),
          relative(rule.path("lastUsedAtMs")));
      table
          .detail("command", RuleText.command(rule))
          .detail("folder", rule.path("cwd").isNull() ? "" : rule.path("cwd").asText(""));
    }
    table.print(context());
    print("");
    printNext("Take one back:  ", "krabkrab approvals rules remove RULE");
    return ExitCodes.OK;
  }
}
