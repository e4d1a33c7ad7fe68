package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code krabkrab approvals resolve}. */
@Command(
    name = "resolve",
    description = "Decides about a command that waits.",
    footer = {
      "",
      "The first decision counts; a later one is refused.",
      "",
      "Examples:",
      "  krabkrab approvals resolve X1 allow-once",
      "  krabkrab approvals resolve X1 deny"
    })
final class ApprovalsResolveCommand extends ClientCommand {
  private static final List<String> DECISIONS = List.of("allow-once", "allow-always", "deny");

  @Parameters(
      index = "0",
      paramLabel = "APPROVAL",
      description = "The id, as 'approvals list' shows it.")
  private String id = "";

  @Parameters(
      index = "1",
      paramLabel = "DECISION",
      description = "allow-once, allow-always or deny.")
  private String decision = "";

  ApprovalsResolveCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.approvals");
  }

  @Override
  public Integer call() {
    if (!DECISIONS.contains(decision)) {
      throw CliException.usage(
          "unknown decision " + decision, "It is one of " + String.join(", ", DECISIONS) + ".");
    }
    return super.call();
  }

  @Override
  int run(GatewayClient client) {
    JsonNode resolved =
        client.call("exec.approval.resolve", Json.object().put("id", id).put("decision", decision));
    if (!printedAsJson(resolved)) {
      print("Resolved " + Text.safe(id) + ": " + decision + ".");
    }
    return ExitCodes.OK;
  }
}
