package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.StringJoiner;
import picocli.CommandLine.Command;

/** {@code krabkrab skills}. */
@Command(
    name = "skills",
    description = "Shows the skills agents know, and what those lack that cannot be used.",
    footer = {"", "Examples:", "  krabkrab skills", "  krabkrab skills --json"})
final class SkillsCommand extends ClientCommand {
  SkillsCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.read");
  }

  @Override
  int run(GatewayClient client) {
    JsonNode answer = client.call("skills.status", Json.object());
    if (printedAsJson(answer)) {
      return ExitCodes.OK;
    }
    if (answer.path("skills").isEmpty()) {
      print("There is no skill in " + Text.safe(answer.path("managedSkillsDir").asText("-")) + ".");
      return ExitCodes.OK;
    }
    Table table = new Table("SKILL", "STATUS", "DESCRIPTION");
    for (JsonNode row : answer.path("skills")) {
      table
          .row(row.path("name").asText(), status(row), row.path("description").asText(""))
          .detail("missing", missing(row.path("missing")));
    }
    table.print(context());
    return ExitCodes.OK;
  }

  private static String status(JsonNode row) {
    if (row.path("disabled").asBoolean()) {
      return "off";
    }
    return row.path("eligible").asBoolean() ? "ready" : "lacks something";
  }

  /** What is missing, by kind. */
  private static String missing(JsonNode missing) {
    StringJoiner all = new StringJoiner("; ");
    missing
        .properties()
        .forEach(
            kind -> {
              StringJoiner names = new StringJoiner(", ");
              kind.getValue().forEach(name -> names.add(name.asText()));
              if (names.length() > 0) {
                all.add(kind.getKey() + " " + names);
              }
            });
    return all.toString();
  }
}
