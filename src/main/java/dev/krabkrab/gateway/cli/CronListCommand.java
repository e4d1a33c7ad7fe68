package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code krabkrab cron list}. */
@Command(
    name = "list",
    description = "Shows jobs: when they are due, in their own time zone, and how they ended.",
    footer = {"", "Examples:", "  krabkrab cron list", "  krabkrab cron list --json"})
final class CronListCommand extends ClientCommand {
  CronListCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.read");
  }

  @Override
  int run(GatewayClient client) {
    ObjectNode all = CronJobs.all(client);
    if (printedAsJson(all)) {
      return ExitCodes.OK;
    }
    if (all.path("jobs").isEmpty()) {
      print("There is no job.");
      printNext("Add one:  ", "krabkrab cron add");
      return ExitCodes.OK;
    }
    Table table = new Table("JOB", "NAME", "WHEN", "LAST", "AGENT");
    ShortIds ids = ShortIds.of(all.path("jobs"), "id");
    for (JsonNode job : all.path("jobs")) {
      JsonNode payload = job.path("payload");
      JsonNode state = job.path("state");
      table
          .row(
              ids.of(job.path("id").asText()),
              job.path("name").asText(""),
              CronJobs.schedule(job),
              last(state),
              job.path("agentId").asText(""))
          .detail("next", next(job))
          .detail("error", state.path("lastError").asText(""))
          .detail("does", payload.path("message").asText(payload.path("text").asText("")));
    }
    table.print(context());
    return ExitCodes.OK;
  }

  private String next(JsonNode job) {
    return job.path("enabled").asBoolean() ? CronJobs.next(job, context().nowMs()) : "switched off";
  }

  private String last(JsonNode state) {
    String status = state.path("lastStatus").asText("");
    return status.isEmpty() ? "" : status + ", " + relative(state.path("lastRunAtMs"));
  }
}
