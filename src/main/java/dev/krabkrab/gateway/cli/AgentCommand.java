package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code krabkrab agent}: one turn of an agent. Protocol 04 §11, §12. */
@Command(
    name = "agent",
    description = "Has an agent do something, and prints its answer as it comes.",
    footer = {
      "",
      "The answer goes to standard output, all else to standard error. A lost connection is made"
          + " again, to any instance; what was asked runs once. Ctrl-C and the end of --timeout"
          + " (10m unless given) end the run.",
      "",
      "What waits for an approval is said with the command that decides it; a device without"
          + " operator.approvals is not told, and connects with --scopes operator.write.",
      "",
      "Exit codes: 0 the agent answered, 1 the run failed, 3 the connection was lost for two"
          + " minutes, 4 refused, 5 the time was over, 6 somebody ended the run, 130 Ctrl-C.",
      "",
      "Examples:",
      "  krabkrab agent 'what is in the log of today?'",
      "  git diff | krabkrab agent - --session review",
      "  krabkrab agent 'tidy up' --agent ops --timeout 30m --json | jq -r .text"
    })
final class AgentCommand extends ClientCommand {
  private static final Duration USUAL = Duration.ofMinutes(10);

  /** A gateway knows what was asked for five minutes; later the same would run again. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The gateway ends a run by itself that nobody waits for any more. */
  private static final long GRACE_S = 30;

  @Parameters(paramLabel = "MESSAGE", description = "What to do. '-' reads standard input.")
  private String message = "";

  @Option(
      names = "--session",
      paramLabel = "KEY",
      description = "The conversation it belongs to. Default: the main one of the agent.")
  private @Nullable String session;

  @Option(
      names = "--agent",
      paramLabel = "ID",
      description = "Which agent. Default: that of the session, or the gateway's default.")
  private @Nullable String agent;

  @Mixin private IdempotencyOption idempotency = new IdempotencyOption();

  private final Reconnects reconnects;
  private @Nullable TurnView view;

  AgentCommand(CliContext context) {
    super(context);
    this.reconnects = new Reconnects(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.write", "operator.approvals");
  }

  @Override
  List<String> caps() {
    return List.of("approvals", "exec-approvals");
  }

  @Override
  public Integer call() {
    message = Input.argument(message, context());
    if (message.isBlank()) {
      throw CliException.usage("MESSAGE is empty", "Say what the agent is to do.");
    }
    String runId = idempotency.key(context().ids()::uuid);
    view = new TurnView(this, runId, session(), options().json);
    Deadline deadline = Deadline.in(limit());
    Interruption interruption = new Interruption();
    try {
      return endedOrInterrupted(deadline);
    } finally {
      interruption.close();
    }
  }

  private int endedOrInterrupted(Deadline deadline) {
    try {
      return ended(deadline);
    } catch (CliException e) {
      if (!Thread.interrupted()) {
        throw e;
      }
      abort();
      return view().over("interrupted", ExitCodes.INTERRUPTED);
    }
  }

  /** Not used: this command outlives a single connection. */
  @Override
  int run(GatewayClient client) {
    return ExitCodes.OK;
  }

  private TurnView view() {
    return Objects.requireNonNull(view);
  }

  private Duration limit() {
    Duration given = options().timeout;
    return given == null ? USUAL : given;
  }

  private String session() {
    if (session != null) {
      return session;
    }
    return agent == null ? "main" : "agent:" + agent + ":main";
  }

  private int ended(Deadline deadline) {
    Deadline patience = Deadline.in(PATIENCE);
    while (true) {
      try (GatewayClient client = connect(scopes())) {
        reconnects.connected();
        patience = Deadline.in(PATIENCE);
        return finished(client, deadline);
      } catch (CliException e) {
        if (view().isFailure(e)) {
          return view().failed(e);
        }
        if (patience.left().isZero() || deadline.left().isZero()) {
          throw e;
        }
        reconnects.waitAfter(e);
      }
    }
  }

  /** Asks, which does nothing new when it was asked before, waits, and asks what came of it. */
  private int finished(GatewayClient client, Deadline deadline) {
    view().reconnected(client);
    JsonNode answer = client.call("agent", params());
    while (answer.path("status").asText().equals("accepted")) {
      view().accepted();
      ObjectNode wait = Json.object().put("runId", view().runId());
      wait.put("timeoutMs", Math.max(1, deadline.left().toMillis()));
      if (client.follow("agent.wait", wait, deadline, view()::event) == null
          || deadline.left().isZero()) {
        abort(client);
        return view().over("timeout", ExitCodes.TIMEOUT);
      }
      answer = client.call("agent", params());
    }
    return view().answered(answer);
  }

  private ObjectNode params() {
    ObjectNode params = Json.object().put("message", message).put("sessionKey", session());
    if (agent != null) {
      params.put("agentId", agent);
    }
    return params
        .put("timeout", limit().toSeconds() + GRACE_S)
        .put("idempotencyKey", view().runId());
  }

  private void abort() {
    try (GatewayClient client = connect(scopes())) {
      abort(client);
    } catch (CliException e) {
      context().err().println("The run may go on: " + e.getMessage());
    }
  }

  private void abort(GatewayClient client) {
    client.call(
        "chat.abort", Json.object().put("sessionKey", session()).put("runId", view().runId()));
  }
}
