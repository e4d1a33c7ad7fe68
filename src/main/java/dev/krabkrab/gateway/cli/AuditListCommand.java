package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code krabkrab audit list}. */
@Command(
    name = "list",
    description = "Shows who did what: the newest entries of the audit trail, oldest first.",
    footer = {
      "",
      "Examples:",
      "  krabkrab audit list --since 24h",
      "  krabkrab audit list --action approval.resolved --device c8d2…",
      "  krabkrab audit list --limit 1000 --json | jq '.entries[].actor'"
    })
final class AuditListCommand extends ClientCommand {
  @Mixin private AuditFilter filter = new AuditFilter();

  @Option(
      names = "--limit",
      paramLabel = "N",
      converter = Bounded.Rows.class,
      description = "At most so many, up to 1000. Default: 50.")
  private int limit = 50;

  AuditListCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.admin");
  }

  @Override
  int run(GatewayClient client) {
    ObjectNode query = filter.query(client, context().nowMs()).put("limit", limit);
    JsonNode page = client.call("audit.list", query);
    if (printedAsJson(page)) {
      return ExitCodes.OK;
    }
    List<JsonNode> rows = new ArrayList<>();
    page.path("entries").forEach(rows::add);
    if (rows.isEmpty()) {
      print("No entry fits.");
      return ExitCodes.OK;
    }
    Table table = new Table("TIME", "ACTION", "WHO", "FROM", "INSTANCE");
    rows.reversed().forEach(row -> add(table, row));
    table.print(context());
    if (page.path("next").isTextual()) {
      context()
          .err()
          .println("There are older ones: raise --limit, or narrow --since and --until.");
    }
    return ExitCodes.OK;
  }

  private static void add(Table table, JsonNode row) {
    table.row(
        time(row.path("ts").asLong()),
        row.path("action").asText("unreadable"),
        who(row.path("actor")),
        row.at("/actor/address").asText(""),
        row.path("instance").asText(""));
    table.detail("what", what(row.path("details")));
  }

  private static String time(long ms) {
    return Instant.ofEpochMilli(ms).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static String who(JsonNode actor) {
    String user = actor.path("user").asText("");
    String device = actor.path("device").asText("");
    String known = user.isEmpty() ? device : user;
    return user.isEmpty() && device.length() > ShortIds.LENGTH
        ? device.substring(0, ShortIds.LENGTH)
        : known.isEmpty() ? actor.path("role").asText("") : known;
  }

  private static String what(JsonNode details) {
    StringJoiner words = new StringJoiner(" ");
    details
        .properties()
        .forEach(
            field ->
                words.add(
                    field.getKey()
                        + "="
                        + (field.getValue().isTextual()
                            ? field.getValue().asText()
                            : field.getValue().toString())));
    return words.toString();
  }
}
