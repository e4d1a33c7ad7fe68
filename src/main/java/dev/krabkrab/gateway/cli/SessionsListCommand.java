package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code krabkrab sessions list}. */
@Command(
    name = "list",
    description = "Lists sessions, the latest change first.",
    footer = {
      "",
      "Examples:",
      "  krabkrab sessions list",
      "  krabkrab sessions list --search invoice --limit 10",
      "  krabkrab sessions list --agent ops --active 60 --json | jq -r '.sessions[].key'"
    })
final class SessionsListCommand extends ClientCommand {
  private static final int WIDEST = 60;

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = Bounded.Rows.class,
      description = "At most so many, up to 1000. Default: 50.")
  private int limit = 50;

  @Option(
      names = "--search",
      paramLabel = "TEXT",
      description = "Only those with it in name, label, subject, id or key.")
  private @Nullable String search;

  @Option(names = "--agent", paramLabel = "ID", description = "Only those of this agent.")
  private @Nullable String agent;

  @Option(
      names = "--active",
      paramLabel = "MINUTES",
      converter = Bounded.Minutes.class,
      description = "Only those that changed in the last so many minutes.")
  private @Nullable Integer active;

  SessionsListCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.read");
  }

  @Override
  int run(GatewayClient client) {
    ObjectNode query =
        Json.object()
            .put("limit", limit)
            .put("includeGlobal", true)
            .put("includeDerivedTitles", true);
    if (search != null) {
      query.put("search", search);
    }
    if (agent != null) {
      query.put("agentId", agent);
    }
    if (active != null) {
      query.put("activeMinutes", active);
    }
    JsonNode page = client.call("sessions.list", query);
    if (printedAsJson(page)) {
      return ExitCodes.OK;
    }
    if (page.path("sessions").isEmpty()) {
      print("No session fits.");
      return ExitCodes.OK;
    }
    Table table = new Table("KEY", "TITLE", "MODEL", "TOKENS", "CHANGED");
    for (JsonNode row : page.path("sessions")) {
      table.row(
          row.path("key").asText(),
          Text.cut(row.path("derivedTitle").asText(""), WIDEST),
          row.path("modelProvider").asText() + "/" + row.path("model").asText(),
          row.path("totalTokens").asText(),
          relative(row.path("updatedAt")));
    }
    table.print(context());
    if (page.path("sessions").size() == limit) {
      context().err().println("There may be more: raise --limit, or narrow with --search.");
    }
    return ExitCodes.OK;
  }
}
