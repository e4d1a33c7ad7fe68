package dev.krabkrab.gateway.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code krabkrab node status}. */
@Command(
    name = "status",
    description = "Says whether a node runs here, who it is, and whether its policy is usable.",
    footer = {
      "",
      "It asks no gateway: `krabkrab nodes list` says what that knows of it.",
      "Exit code 1: the policy file cannot be used, so that nothing would run."
    })
final class NodeStatusCommand implements Callable<Integer> {
  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "Directory with the node's identity. Default: KRABKRAB_STATE_DIR, else ~/.krabkrab.")
  private @Nullable Path stateDir;

  private final CliContext context;

  NodeStatusCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Path state = stateDir != null ? stateDir : new Environment(context).stateDir();
    NodeFiles files = new NodeFiles(state);
    String device = DeviceIdentity.loadOrCreate(state, context.nowMs()).deviceId();
    boolean paired = new DeviceTokens(state, device).find("node").isPresent();
    String problem = files.policy(context.ids()).problem().orElse(null);
    line("Node", device);
    line("Running", files.isRunning() ? "yes" : "no");
    line("Let in", paired ? "yes, it has a token of its own" : "not yet");
    line("Policy", files.policyPath().toString());
    if (problem != null) {
      line("Problem", problem);
    }
    return problem == null ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private void line(String name, String value) {
    context.out().println("%-9s%s".formatted(name, Text.safe(value)));
  }
}
