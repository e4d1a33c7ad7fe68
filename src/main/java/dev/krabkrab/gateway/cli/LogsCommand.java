package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code krabkrab logs}. Protocol 03 §3. */
@Command(
    name = "logs",
    description = "Shows the log of all instances as one, and follows it.",
    footer = {
      "",
      "Reconnects by itself, to any instance, and goes on where it was. With --json every line is"
          + " the entry as the gateway keeps it.",
      "",
      "Examples:",
      "  krabkrab logs -f",
      "  krabkrab logs --level WARN --lines 1000",
      "  krabkrab logs -f --instance gw-2 --grep approval"
    })
final class LogsCommand extends ClientCommand {
  private static final Duration PACE = Duration.ofSeconds(1);
  private static final int MOST = 5_000;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what comes, until interrupted.")
  private boolean follow;

  @Option(
      names = "--lines",
      paramLabel = "N",
      converter = Bounded.Rows.class,
      description = "How many of the last lines, up to 1000, before filters. Default: 100.")
  private int lines = 100;

  @Mixin private LogFilter filter = new LogFilter();

  private final Reconnects reconnects;
  private long cursor = -1;

  LogsCommand(CliContext context) {
    super(context);
    this.reconnects = new Reconnects(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.read");
  }

  @Override
  public Integer call() {
    filter.check();
    if (!follow) {
      return super.call();
    }
    while (true) {
      try (GatewayClient client = connect(scopes())) {
        reconnects.connected();
        follow(client);
      } catch (CliException e) {
        reconnects.waitAfter(e);
      }
    }
  }

  @Override
  int run(GatewayClient client) {
    tail(client);
    return ExitCodes.OK;
  }

  private void follow(GatewayClient client) {
    while (true) {
      tail(client);
      Deadline next = Deadline.in(PACE);
      while (!next.left().isZero()) {
        // An event, or the end of the connection; ticks come and go.
        client.nextEvent(next.left());
      }
    }
  }

  private void tail(GatewayClient client) {
    ObjectNode query = Json.object().put("limit", cursor < 0 ? lines : MOST);
    if (cursor >= 0) {
      query.put("cursor", cursor);
    }
    JsonNode tail = client.call("logs.tail", query);
    if (cursor >= 0 && tail.path("reset").asBoolean()) {
      context().err().println("Lines are missing here: the log began anew, or was faster.");
    }
    cursor = tail.path("cursor").asLong();
    tail.path("lines").forEach(line -> show(line.asText()));
    context().out().flush();
  }

  private void show(String line) {
    JsonNode entry;
    try {
      entry = Json.parse(line);
    } catch (JsonProcessingException e) {
      print(line);
      return;
    }
    if (!filter.fits(entry)) {
      return;
    }
    if (options().json) {
      print(Json.compact(entry));
      return;
    }
    LogLine shown = LogLine.of(entry);
    if (context().terminal().colour()) {
      // All but our own colours is escaped.
      Printer.raw(context().out()).println(shown.coloured());
    } else {
      print(shown.plain());
    }
  }
}
