package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code krabkrab cron edit}. */
@Command(
    name = "edit",
    description = "Changes what is given of a job; all else stays.",
    footer = {
      "",
      "A schedule is replaced as a whole: give --tz again with --cron.",
      "",
      "Examples:",
      "  krabkrab cron edit news --cron '0 8 * * *' --tz Europe/Berlin",
      "  krabkrab cron edit news --off"
    })
final class CronEditCommand extends ClientCommand {
  @Parameters(paramLabel = "JOB", description = "Its id, the beginning of it, or its name.")
  private String id = "";

  @Mixin private CronOptions job = new CronOptions();

  @Option(names = "--on", description = "Switch it on.")
  private boolean on;

  @Option(names = "--off", description = "Switch it off; its times pass.")
  private boolean off;

  private @Nullable ObjectNode patch;

  CronEditCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.admin");
  }

  @Override
  public Integer call() {
    if (on && off) {
      throw CliException.usage("--on and --off exclude each other", null);
    }
    ObjectNode changes = job.changes(context().nowMs());
    if (on || off) {
      changes.put("enabled", on);
    }
    if (changes.isEmpty()) {
      throw CliException.usage("nothing was given to change", null);
    }
    patch = changes;
    return super.call();
  }

  @Override
  int run(GatewayClient client) {
    ObjectNode params = Json.object().put("id", CronJobs.id(client, id));
    params.set("patch", patch);
    JsonNode changed;
    try {
      changed = client.call("cron.update", params);
    } catch (CliException e) {
      throw CronOptions.named(e);
    }
    if (!printedAsJson(changed)) {
      String next = CronJobs.next(changed, context().nowMs());
      print(
          "Changed "
              + Text.safe(changed.path("name").asText())
              + ", "
              + (next.isEmpty() ? "not due." : "due " + next + "."));
    }
    return ExitCodes.OK;
  }
}
