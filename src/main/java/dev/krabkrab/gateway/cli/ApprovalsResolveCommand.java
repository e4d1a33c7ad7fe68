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
      "The first decision counts; a later one is refused. allow-always makes a rule, which is"
          + " shown",
      "before and after; where none can be made, allow-always is refused.",
      "",
      "Examples:",
      "  krabkrab approvals resolve X1 allow-once",
      "  krabkrab approvals resolve X1 deny --reason 'not on Fridays'",
      "  krabkrab approvals resolve X1 allow-always --days 30"
    })
final class ApprovalsResolveCommand extends ClientCommand {
  private static final IdFinder FINDER = new IdFinder("approval", "approvals list");
  private static final List<String> DECISIONS = List.of("allow-once", "allow-always", "deny");

  @Parameters(index = "0", paramLabel = "APPROVAL", description = "Its id, or the beginning of it.")
  private String id = "";

  @Parameters(
      index = "1",
      paramLabel = "DECISION",
      description = "allow-once, allow-always or deny.")
  private String decision = "";

  @Option(
      names = "--days",
      paramLabel = "DAYS",
      converter = Bounded.RuleDays.class,
      description = "How long allow-always holds, 1 to 90. Default: as the gateway is set up.")
  private @Nullable Integer days;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why, for who asked and for the audit trail; at most 200 characters.")
  private @Nullable String reason;

  private JsonNode waiting = Json.object();

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
    id = FINDER.id(id, () -> pending(client), "id");
    boolean always = decision.equals("allow-always");
    if (always && !options().json && client.offers("exec.approval.rulePreview")) {
      preview(client.call("exec.approval.rulePreview", Json.object().put("id", id)));
    }
    JsonNode resolved;
    try {
      resolved = client.call("exec.approval.resolve", params(id));
    } catch (CliException e) {
      throw tooLate(e);
    }
    if (printedAsJson(resolved)) {
      return ExitCodes.OK;
    }
    if (resolved.path("applied").asBoolean(true)) {
      print("Resolved " + Text.safe(id) + ": " + decision + ".");
      if (!waiting.isEmpty()) {
        print("It was: " + Text.safe(command()));
      }
      if (always) {
        stored(resolved);
      }
    } else {
      print("Resolved " + Text.safe(id) + " before: " + before(resolved));
    }
    return ExitCodes.OK;
  }

  /** What waits; the decided command is repeated, for whoever gave the beginning of an id. */
  private JsonNode pending(GatewayClient client) {
    JsonNode rows = client.call("exec.approval.list", Json.object());
    waiting = rows;
    return rows;
  }

  private String command() {
    for (JsonNode row : waiting) {
      if (row.path("id").asText().equals(id)) {
        return ApprovalText.command(row);
      }
    }
    return "-";
  }

  private ObjectNode params(String id) {
    ObjectNode params = Json.object().put("id", id).put("decision", decision);
    if (days != null) {
      params.put("grantExpiresInDays", days);
    }
    if (reason != null) {
      params.put("reason", reason);
    }
    return params;
  }

  private void preview(JsonNode preview) {
    if (!preview.path("storable").asBoolean()) {
      print("No rule can be made: " + Text.safe(preview.path("reason").asText()) + ".");
      return;
    }
    int end = days == null ? preview.path("rule").path("days").asInt() : days;
    print("Rule: " + RuleText.sentence(preview.path("rule")) + ", for " + end + " days.");
    int before = preview.path("wouldHaveAllowed").asInt();
    if (before > 0) {
      print("It would have allowed " + before + " more requests of the last 30 days.");
    }
  }

  private void stored(JsonNode resolved) {
    JsonNode rule = resolved.path("rule");
    if (!resolved.path("ruleStored").asBoolean()) {
      print("No rule was stored here; who asked was told and may keep one of its own.");
      return;
    }
    printNext(
        "Stored as rule "
            + Text.safe(rule.path("id").asText())
            + ", ends "
            + relative(rule.path("expiresAtMs"))
            + ". Take it back: ",
        "krabkrab approvals rules remove " + Text.safe(rule.path("id").asText()));
  }

  /** The first decision counts, so that a later one is answered whose that was. */
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

  private String before(JsonNode details) {
    String field = details.has("decisionReason") ? "decisionReason" : "reason";
    boolean code = details.path(field).asText().startsWith("APPROVAL_");
    return Text.safe(details.path("decision").asText())
        + " by "
        + ApprovalText.by(details, code ? "" : field)
        + ", "
        + relative(details.path("resolvedAtMs"));
  }
}
