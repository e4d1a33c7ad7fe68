package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.cli.node.NodeHost;
import dev.krabkrab.gateway.cli.node.NodeRefusal;
import dev.krabkrab.gateway.cli.node.PolicyFile;
import dev.krabkrab.gateway.cli.node.Programs;
import dev.krabkrab.gateway.cli.node.RunEnvironment;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code krabkrab node run}. */
@Command(
    name = "run",
    description = "Connects this machine as a node and runs commands on it, until it is stopped.",
    footer = {
      "",
      "The first time it waits until somebody approves it; --bootstrap saves that. It stays"
          + " connected",
      "over restarts of the gateway; of several addresses in --url, with commas between them, it"
          + " takes",
      "the next one when an instance is gone.",
      "",
      "What it runs is what a human approved, and what its own policy file allows besides:"
          + " node/",
      "exec-approvals.json in the state directory. Commands never see the gateway's secrets.",
      "",
      "Told to stop, by SIGTERM or Ctrl-C, it lets what runs end for --grace, ends the rest, and"
          + " exits",
      "with 0.",
      "",
      "Examples:",
      "  krabkrab node run --url wss://gw.example.com --bootstrap \"$TOKEN\"",
      "  krabkrab node run --url ws://10.0.0.5:18789,ws://10.0.0.6:18789 --display-name build-box",
      "  krabkrab node run --lock-policy --max-runs 1"
    })
final class NodeRunCommand implements Callable<Integer> {
  @Mixin private ConnectionOptions options = new ConnectionOptions();

  @Option(
      names = "--display-name",
      paramLabel = "NAME",
      description = "What people know this node by. Default: the name of this machine.")
  private @Nullable String displayName;

  @Option(
      names = "--bootstrap",
      paramLabel = "TOKEN",
      description =
          "A token of 'devices bootstrap --role node', for the first time."
              + " KRABKRAB_BOOTSTRAP_TOKEN.")
  private @Nullable String bootstrap;

  @Option(
      names = "--max-runs",
      paramLabel = "COUNT",
      defaultValue = "4",
      converter = Bounded.Runs.class,
      description = "Commands that run at once, 1 to 64. Default: ${DEFAULT-VALUE}.")
  private int maxRuns;

  @Option(
      names = "--allow-env",
      paramLabel = "NAME",
      split = ",",
      description =
          "Variables that a command may be given, besides LANG, LC_*, TZ and those of a terminal.")
  private @Nullable List<String> allowEnv;

  @Option(
      names = "--lock-policy",
      description = "Let nobody change the policy but on this machine, in its file.")
  private boolean lockPolicy;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      defaultValue = "10s",
      converter = Bounded.Grace.class,
      description = "How long what runs may take when told to stop. Default: ${DEFAULT-VALUE}.")
  private Duration grace = Duration.ZERO;

  private final CliContext context;

  NodeRunCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<ClientSettings> instances = new SettingsResolver(options, context).resolveAll();
    ClientSettings any = instances.getFirst();
    NodeFiles files = new NodeFiles(any.stateDir());
    NodeHost host = host(files.policy(context.ids()));
    try (FileLock lock = files.lock()) {
      begin(files, lock);
      NodeService service = new NodeService(host, new NodeOutbox(this::log), this::log);
      String name = displayName == null ? HostName.get() : displayName;
      Session session = NodeEntrance.session(name, host, path());
      NodeLoop.Entrance entrance = new NodeEntrance(context, any, session, bootstrap());
      NodeLoop loop = new NodeLoop(instances, entrance, service, this::log, this::random);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(loop), "node stop"));
      try {
        loop.run();
      } finally {
        service.stop(Duration.ZERO);
      }
      return ExitCodes.OK;
    } catch (IOException e) {
      throw CliException.local("cannot give the node's lock back: " + e, null, e);
    }
  }

  private void begin(NodeFiles files, FileLock lock) {
    PolicyFile policy = files.policy(context.ids());
    policy.create();
    if (!lock.isValid()) {
      throw new CliException(ExitCodes.FAILED, "the node's lock is lost", null);
    }
    log("policy: " + files.policyPath());
    policy.problem().ifPresent(problem -> log("nothing will run: " + problem));
  }

  private NodeHost host(PolicyFile policy) {
    try {
      return new NodeHost(
          new NodeHost.Settings(context.home(), maxRuns, lockPolicy),
          new Programs(path()),
          new RunEnvironment(
              context.environment(), allowEnv == null ? Set.of() : Set.copyOf(allowEnv)),
          policy,
          context.ids());
    } catch (NodeRefusal refusal) {
      throw CliException.usage("--allow-env: " + refusal.text(), null);
    }
  }

  private String path() {
    return context.environment().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
  }

  private @Nullable String bootstrap() {
    return bootstrap != null
        ? bootstrap
        : new Environment(context).get("KRABKRAB_BOOTSTRAP_TOKEN").orElse(null);
  }

  /** From 0 to 1. */
  private double random() {
    return (context.ids().uuid().hashCode() & 0xffff) / 65_536.0;
  }

  private void log(String line) {
    // What is told is to be typed elsewhere: with no option of this command.
    context.out().println(new Program(context, null).told(line));
  }

  private void end(NodeLoop loop) {
    if (loop.isOver()) {
      return;
    }
    int status = ExitCodes.FAILED;
    try {
      status = loop.stop(grace) ? ExitCodes.OK : ExitCodes.FAILED;
      log("stopped");
    } finally {
      context.out().flush();
      // Only a halt can still change the status of a process that a signal ends.
      Runtime.getRuntime().halt(status);
    }
  }
}
