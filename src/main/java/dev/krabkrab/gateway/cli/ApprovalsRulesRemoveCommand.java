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
  private static final IdFinder FINDER = new IdFinder("rule", "approvals rules");

  @Parameters(paramLabel = "RULE", description = "Its id, or the beginning of it.")
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
    id =
        FINDER.id(
            id,
            () -> client.call("exec.approval.grants.list", Json.object()).path("grants"),
            "grantId");
    JsonNode answer = client.call("exec.approval.grants.revoke", Json.object().put("grantId", id));
    if (!answer.path("outcome").asText().equals("revoked")) {
      throw new CliException(
          ExitCodes.REFUSED,
          "there is no rule " + Text.safe(id),
          "See `krabkrab approvals rules`; it may have ended.");
    }
    if (!printedAsJson(answer)) {
      print("Taken back: " + Text.safe(id) + ". A human is asked again.");
    }
    return ExitCodes.OK;
  }
}
