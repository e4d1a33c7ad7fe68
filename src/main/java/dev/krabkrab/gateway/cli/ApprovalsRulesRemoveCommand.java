package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code krabkrab approvals rules remove}. */
@Command(
    name = "remove",
    description = "Takes back what was allowed always; from then on a human is asked again.",
    footer = {"", "Examples:", "  krabkrab approvals rules remove 0f2c..."})
final class ApprovalsRulesRemoveCommand extends ClientCommand {
  @Parameters(paramLabel = "RULE", description = "The id, as 'approvals rules' shows it.")
  private String id = "";

  ApprovalsRulesRemoveCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.approvals");
  }

  @Override
  int run(GatewayClient client) {
    JsonNode answer = client.call("exec.approval.grants.revoke", Json.object().put("grantId", id));
    if (!answer.path("outcome").asText().equals("revoked")) {
      throw new CliException(
          ExitCodes.REFUSED,
          "there is no rule " + Text.safe(id),
          "See 'krabkrab approvals rules'; it may have ended.");
    }
    if (!printedAsJson(answer)) {
      print("Taken back: " + Text.safe(id) + ". A human is asked again.");
    }
    return ExitCodes.OK;
  }
}
