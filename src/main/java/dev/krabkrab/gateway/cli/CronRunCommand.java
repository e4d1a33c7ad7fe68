package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code krabkrab cron run}. */
@Command(
    name = "run",
    description = "Runs a job now, on any instance, and waits for its end.",
    footer = {
      "",
      "Ends with 1 when the job failed. --timeout is 10m unless given; the job goes on after it.",
      "",
      "Examples:",
      "  krabkrab cron run news",
      "  krabkrab cron run news --due"
    })
final class CronRunCommand extends ClientCommand {
  private static final Duration USUAL = Duration.ofMinutes(10);

  @Parameters(paramLabel = "JOB", description = "Its id, the beginning of it, or its name.")
  private String id = "";

  @Option(names = "--due", description = "Only if it is due.")
  private boolean due;

  CronRunCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.admin");
  }

  @Override
  int run(GatewayClient client) {
    String job = CronJobs.id(client, id);
    Duration given = options().timeout;
    ObjectNode params = Json.object().put("id", job).put("mode", due ? "due" : "force");
    JsonNode ran = client.call("cron.run", params, given == null ? USUAL : given, false);
    JsonNode last =
        client
            .call("cron.runs", Json.object().put("id", job).put("limit", 1))
            .path("entries")
            .path(0);
    boolean done = ran.path("ran").asBoolean();
    boolean failed = done && last.path("status").asText().equals("error");
    if (!printedAsJson(ran)) {
      print(
          done ? ended(last) : "Not run: " + Text.safe(ran.path("reason").asText("not due")) + ".");
    }
    return failed ? ExitCodes.FAILED : ExitCodes.OK;
  }

  private static String ended(JsonNode last) {
    String more = last.path("error").asText(last.path("summary").asText(""));
    return "Ran: "
        + Text.safe(last.path("status").asText("ended"))
        + (more.isBlank() ? "." : ": " + Text.safe(more));
  }
}
