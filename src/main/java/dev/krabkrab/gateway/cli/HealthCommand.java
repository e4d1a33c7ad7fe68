package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code krabkrab health}. */
@Command(
    name = "health",
    description = "Asks the gateway whether it is well.",
    footer = {"", "Examples:", "  krabkrab health", "  krabkrab health --json --timeout 2s"})
final class HealthCommand extends ClientCommand {
  @Option(names = "--probe", description = "Measure now instead of reading the last snapshot.")
  private boolean probe;

  HealthCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.read");
  }

  @Override
  int run(GatewayClient client) {
    JsonNode health =
        client.call("health", probe ? Json.object().put("probe", true) : Json.object());
    boolean ok = health.path("ok").asBoolean(true);
    if (!printedAsJson(health)) {
      print((ok ? "OK" : "NOT OK") + "  " + connector().settings().uri());
      print("  measured  " + relative(health.path("ts")) + ", took " + millis(health));
      print("  agents    " + health.path("agents").size());
      print("  sessions  " + health.path("sessions").path("count").asInt(0));
      health
          .path("channels")
          .properties()
          .forEach(
              channel ->
                  print("  channel   " + Text.safe(line(channel.getKey(), channel.getValue()))));
    }
    return ok ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private static String millis(JsonNode health) {
    return health.path("durationMs").asLong(0) + " ms";
  }

  private static String line(String id, JsonNode channel) {
    return id + (channel.path("configured").asBoolean(false) ? "" : " (not configured)");
  }
}
