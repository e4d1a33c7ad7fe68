package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code krabkrab approvals watch}. */
@Command(
    name = "watch",
    description = "Prints requests and decisions as they happen, until interrupted.",
    footer = {
      "",
      "Reconnects by itself, to any instance. With --json every line is one event frame:",
      "{\"event\":\"exec.approval.requested\",\"payload\":{...}}",
      "",
      "Examples:",
      "  krabkrab approvals watch",
      "  krabkrab approvals watch --json | jq -r .payload.id"
    })
final class ApprovalsWatchCommand extends ClientCommand {
  private final ApprovalsView view;
  private final Reconnects reconnects;

  ApprovalsWatchCommand(CliContext context) {
    super(context);
    this.view = new ApprovalsView(context);
    this.reconnects = new Reconnects(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.approvals");
  }

  @Override
  List<String> caps() {
    return List.of("approvals", "exec-approvals");
  }

  @Override
  public Integer call() {
    view.asJson(options().json);
    while (true) {
      try (GatewayClient client = connect(scopes())) {
        follow(client);
      } catch (CliException e) {
        reconnects.waitAfter(e);
      }
    }
  }

  /** Not used: this command outlives a single connection. */
  @Override
  int run(GatewayClient client) {
    follow(client);
    return ExitCodes.OK;
  }

  private void follow(GatewayClient client) {
    context().err().println("Watching " + connector().settings().uri() + " (Ctrl-C ends).");
    reconnects.connected();
    if (client.offers("exec.approval.list")) {
      client.call("exec.approval.list", Json.object()).forEach(view::requested);
    }
    while (true) {
      JsonNode event = client.nextEvent(client.silence());
      if (event == null) {
        throw GatewayClient.silent();
      }
      view.event(event);
    }
  }
}
