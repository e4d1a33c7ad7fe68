package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code krabkrab cron rm}. */
@Command(
    name = "rm",
    description = "Removes a job; one that runs goes on to its end.",
    footer = {"", "Examples:", "  krabkrab cron rm news"})
final class CronRemoveCommand extends ClientCommand {
  @Parameters(paramLabel = "JOB", description = "Its id, the beginning of it, or its name.")
  private String id = "";

  CronRemoveCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.admin");
  }

  @Override
  int run(GatewayClient client) {
    String job = CronJobs.id(client, id);
    JsonNode removed = client.call("cron.remove", Json.object().put("id", job));
    if (!removed.path("removed").asBoolean()) {
      throw new CliException(
          ExitCodes.FAILED, "there is no job " + Text.safe(job), "See `krabkrab cron list`.");
    }
    if (!printedAsJson(removed)) {
      print("Removed " + Text.safe(job) + ".");
    }
    return ExitCodes.OK;
  }
}
