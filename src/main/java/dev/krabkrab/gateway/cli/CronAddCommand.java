package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code krabkrab cron add}. */
@Command(
    name = "add",
    description = "Adds a job: an agent is asked, or told something, at its times.",
    footer = {
      "",
      "Needs --name, one of --at, --every and --cron, and one of --message and --event.",
      "",
      "Examples:",
      "  krabkrab cron add --name news --cron '0 9 * * MON-FRI' --tz Europe/Berlin \\",
      "      --message 'what is new?' --channel telegram --to 4711",
      "  krabkrab cron add --name tea --at 4m --event 'the tea is ready'"
    })
final class CronAddCommand extends ClientCommand {
  @Mixin private CronOptions job = new CronOptions();

  @Option(names = "--disabled", description = "Add it switched off.")
  private boolean disabled;

  private ObjectNode params = Json.object();

  CronAddCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.admin");
  }

  @Override
  public Integer call() {
    params = job.job(context().nowMs()).put("enabled", !disabled).put("wakeMode", "next-heartbeat");
    return super.call();
  }

  @Override
  int run(GatewayClient client) {
    JsonNode added;
    try {
      added = client.call("cron.add", params);
    } catch (CliException e) {
      throw CronOptions.named(e);
    }
    if (!printedAsJson(added)) {
      String next = CronJobs.next(added, context().nowMs());
      print(
          "Added "
              + Text.safe(added.path("name").asText())
              + " ("
              + Text.safe(added.path("id").asText())
              + "), "
              + (next.isEmpty() ? "switched off." : "due " + next + "."));
    }
    return ExitCodes.OK;
  }
}
