package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code krabkrab approvals history}. */
@Command(
    name = "history",
    description = "Shows what was decided in the last thirty days, the latest first.",
    footer = {
      "",
      "It is read from the audit trail; what nobody decided in time is not in it.",
      "",
      "Examples:",
      "  krabkrab approvals history",
      "  krabkrab approvals history --limit 500 --json | jq '.items[].resolver'"
    })
final class ApprovalsHistoryCommand extends ClientCommand {
  private static final int PAGE = 100;

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = Bounded.Rows.class,
      description = "At most so many, up to 1000. Default: 50.")
  private int limit = 50;

  ApprovalsHistoryCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.approvals");
  }

  @Override
  int run(GatewayClient client) {
    ObjectNode history = history(client);
    if (printedAsJson(history)) {
      return ExitCodes.OK;
    }
    if (history.path("items").isEmpty()) {
      print("Nothing was decided in the last thirty days.");
      return ExitCodes.OK;
    }
    Table table = new Table("APPROVAL", "DECIDED", "DECISION", "BY", "AGENT");
    ShortIds ids = ShortIds.of(history.path("items"), "id");
    for (JsonNode item : history.path("items")) {
      table
          .row(
              ids.of(item.path("id").asText()),
              relative(item.path("resolvedAtMs")),
              item.path("decision").asText(),
              item.at("/resolver/label").asText(item.at("/resolver/user").asText("")),
              item.at("/source/agentId").asText(""))
          .detail("command", item.at("/presentation/commandText").asText(""))
          .detail("where", place(item.path("presentation")))
          .detail("reason", item.path("decisionReason").asText(""));
    }
    table.print(context());
    if (history.has("nextCursor")) {
      context().err().println("There are older ones: raise --limit.");
    }
    return ExitCodes.OK;
  }

  /** Pages up to the limit, as one. */
  private ObjectNode history(GatewayClient client) {
    ObjectNode all = Json.object();
    ArrayNode items = all.putArray("items");
    String cursor = "";
    do {
      ObjectNode query = Json.object().put("limit", Math.min(PAGE, limit - items.size()));
      if (!cursor.isEmpty()) {
        query.put("cursor", cursor);
      }
      JsonNode page = client.call("approval.history", query);
      page.path("items").forEach(items::add);
      cursor = page.path("nextCursor").asText("");
    } while (!cursor.isEmpty() && items.size() < limit);
    return cursor.isEmpty() ? all : all.put("nextCursor", cursor);
  }

  private static String place(JsonNode shown) {
    String node = shown.path("nodeId").asText("");
    String cwd = shown.path("cwd").asText("");
    return (shown.path("host").asText("") + (node.isEmpty() ? "" : " " + node)).strip()
        + (cwd.isEmpty() ? "" : ":" + cwd);
  }
}
