package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
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
      "  krabkrab approvals resolve X1 deny --reason 'not on Fridays'"
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

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why, for who asked and for the audit trail; at most 200 characters.")
  private @Nullable String reason;

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
    ObjectNode params = Json.object().put("id", id).put("decision", decision);
    if (reason != null) {
      params.put("reason", reason);
    }
    JsonNode resolved;
    try {
      resolved = client.call("exec.approval.resolve", params);
    } catch (CliException e) {
      throw tooLate(e);
    }
    if (!printedAsJson(resolved)) {
      print(
          resolved.path("applied").asBoolean(true)
              ? "Resolved " + id + ": " + decision + "."
              : "Resolved " + id + " before: " + before(resolved));
    }
    return ExitCodes.OK;
  }

  /** The first decision counts, so that a later one is told whose that was. */
  private CliException tooLate(CliException e) {
    GatewayError error = e.error();
    if (error == null || !error.details().path("decision").isTextual()) {
      return e;
    }
    return new CliException(
        e.exitCode(),
        Text.safe(id) + " was decided before: " + before(error.details()),
        "The first decision counts.",
        error,
        e);
  }

  private String before(JsonNode told) {
    String field = told.has("decisionReason") ? "decisionReason" : "reason";
    boolean code = told.path(field).asText().startsWith("APPROVAL_");
    return Text.safe(told.path("decision").asText())
        + " by "
        + ApprovalText.by(told, code ? "" : field)
        + ", "
        + relative(told.path("resolvedAtMs"));
  }
}
