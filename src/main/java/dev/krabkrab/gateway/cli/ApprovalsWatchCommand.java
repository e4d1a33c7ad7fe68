package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.net.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
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
  private static final Backoff WAITS = new Backoff(500, 15_000);
  private static final long DEFAULT_TICK_MS = 30_000;

  private final ApprovalsView view;
  private final Backoff.Attempts attempts;

  ApprovalsWatchCommand(CliContext context) {
    super(context);
    this.view = new ApprovalsView(context);
    this.attempts = WAITS.attempts(RandomGenerator.getDefault());
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
        waitBefore(e);
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
    attempts.serving();
    if (client.offers("exec.approval.list")) {
      client.call("exec.approval.list", Json.object()).forEach(view::requested);
    }
    Duration silence = Duration.ofMillis(2 * tickMs(client));
    while (true) {
      JsonNode event = client.nextEvent(silence);
      if (event == null) {
        throw new CliException(ExitCodes.UNREACHABLE, "the gateway has gone silent", null);
      }
      view.event(event);
    }
  }

  private static long tickMs(GatewayClient client) {
    long tick = client.hello().path("policy").path("tickIntervalMs").asLong(DEFAULT_TICK_MS);
    return tick > 0 ? tick : DEFAULT_TICK_MS;
  }

  /** Pauses longer after each failure in a row; what no retry can mend ends the command. */
  private void waitBefore(CliException failure) {
    GatewayError error = failure.error();
    boolean passing = error != null && error.code().equals("UNAVAILABLE");
    boolean lost =
        failure.exitCode() == ExitCodes.UNREACHABLE || failure.exitCode() == ExitCodes.TIMEOUT;
    if (!lost && !passing) {
      throw failure;
    }
    long waitMs = attempts.nextMs();
    context().err().println(failure.getMessage() + "; trying again in " + waitMs + " ms.");
    try {
      TimeUnit.MILLISECONDS.sleep(waitMs);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ExitCodes.UNREACHABLE, "interrupted", null, null, e);
    }
  }
}
