package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code krabkrab status}. */
@Command(
    name = "status",
    description = "Shows the gateway, who is connected, and its recent sessions.",
    footer = {
      "",
      "Examples:",
      "  krabkrab status",
      "  krabkrab status --json | jq .hello.features.methods"
    })
final class StatusCommand extends ClientCommand {
  StatusCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.read");
  }

  @Override
  int run(GatewayClient client) {
    JsonNode status = client.call("status", Json.object());
    JsonNode presence = client.call("system-presence", Json.object());
    if (options().json) {
      ObjectNode all = Json.object();
      all.set("status", status);
      all.set("presence", presence);
      all.set("hello", withoutToken(client.hello()));
      return printedAsJson(all) ? ExitCodes.OK : ExitCodes.INTERNAL;
    }
    gateway(client.hello());
    presence(presence);
    sessions(status.path("sessions"));
    return ExitCodes.OK;
  }

  private static JsonNode withoutToken(JsonNode hello) {
    JsonNode copy = hello.deepCopy();
    if (copy.path("auth") instanceof ObjectNode auth) {
      auth.remove(List.of("deviceToken", "deviceTokens"));
    }
    return copy;
  }

  private void gateway(JsonNode hello) {
    JsonNode server = hello.path("server");
    print("Gateway   " + connector().settings().uri());
    print(
        "Version   "
            + Text.safe(server.path("version").asText("?"))
            + ", protocol "
            + hello.path("protocol").asInt());
    if (server.hasNonNull("host")) {
      print("Host      " + Text.safe(server.path("host").asText()));
    }
    print("Up        " + Text.duration(hello.path("snapshot").path("uptimeMs").asLong(0)));
    print("Device    " + connector().deviceId());
  }

  private void presence(JsonNode presence) {
    print("");
    print("Connected (" + presence.size() + ")");
    Table table = new Table("WHO", "MODE", "PLATFORM", "VERSION", "SEEN");
    for (JsonNode row : presence) {
      table.row(
          row.path("host").asText(row.path("deviceId").asText("")),
          row.path("mode").asText(""),
          row.path("platform").asText(""),
          row.path("version").asText(""),
          relative(row.path("ts")));
    }
    table.print(context());
  }

  private void sessions(JsonNode sessions) {
    print("");
    print("Sessions (" + sessions.path("count").asInt(0) + ")");
    if (sessions.path("recent").isEmpty()) {
      return;
    }
    Table table = new Table("SESSION", "KIND", "MODEL", "UPDATED");
    for (JsonNode row : sessions.path("recent")) {
      table.row(
          row.path("key").asText(""),
          row.path("kind").asText(""),
          row.path("model").asText(""),
          relative(row.path("updatedAt")));
    }
    table.print(context());
  }
}
