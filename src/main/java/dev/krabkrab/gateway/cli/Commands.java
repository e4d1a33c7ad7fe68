package dev.krabkrab.gateway.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The tree of commands, and what is common to all of them. */
final class Commands {
  private static final List<String> ENVIRONMENT =
      List.of(
          "",
          "Environment:",
          "  KRABKRAB_GATEWAY_URL        the gateway to talk to (--url)",
          "  KRABKRAB_GATEWAY_TOKEN      its token (--token); OPENCLAW_, CLAWDBOT_ and",
          "                              MOLTBOT_GATEWAY_TOKEN are read too",
          "  KRABKRAB_GATEWAY_PASSWORD   its password (--password)",
          "  ..._TOKEN_FILE, ..._PASSWORD_FILE   path of a file that holds it instead",
          "  KRABKRAB_PORT               port of the local gateway, default 18789",
          "  KRABKRAB_CONFIG             configuration file (--config)",
          "  KRABKRAB_STATE_DIR          state directory (--state-dir), default ~/.krabkrab");

  private static final List<String> EXIT_CODES =
      List.of(
          "",
          "Exit codes:",
          "  0   done",
          "  1   the gateway answered an error, or a local file cannot be used",
          "  2   wrong command line",
          "  3   cannot connect, or the connection was lost",
          "  4   refused: credentials, pairing or a missing scope; the message says what to do",
          "  5   no answer in time (--timeout)",
          "  70  defect or incomplete installation");

  /** They need every other one. */
  private static final Set<String> ABOUT_ALL = Set.of("help");

  private Commands() {}

  /**
   * Builds the parser. When the first argument names a command, only that one is built: reading the
   * options of all of them is a good part of the start time.
   */
  static CommandLine create(CliContext context, String... args) {
    Map<String, Supplier<CommandLine>> all = all(context);
    CommandLine root = new CommandLine(new Krabkrab());
    Supplier<CommandLine> only =
        args.length == 0 || ABOUT_ALL.contains(args[0]) ? null : all.get(args[0]);
    if (only == null) {
      all.forEach((name, command) -> root.addSubcommand(name, command.get()));
    } else {
      root.addSubcommand(args[0], only.get());
    }
    root.getCommandSpec().versionProvider(new VersionCommand.Provider());
    describe(root);
    HelpPage.use(root, context.terminal());
    return root.setOut(Printer.raw(context.out()))
        .setErr(Printer.raw(context.err()))
        .setParameterExceptionHandler(new GatewayFailure(context, new UsagePrinter(context)))
        .setExecutionExceptionHandler(new FailurePrinter(context));
  }

  /** The words that may come first. */
  static Set<String> names(CliContext context) {
    return all(context).keySet();
  }

  private static Map<String, Supplier<CommandLine>> all(CliContext c) {
    Map<String, Supplier<CommandLine>> all = new LinkedHashMap<>();
    all.put("gateway", () -> new CommandLine(new GatewayCommand()));
    all.put("health", () -> new CommandLine(new HealthCommand(c)));
    all.put("status", () -> new CommandLine(new StatusCommand(c)));
    all.put("call", () -> new CommandLine(new CallCommand(c)));
    all.put("console", () -> new CommandLine(new ConsoleCommand(c)));
    all.put("devices", () -> devices(c));
    all.put("nodes", () -> nodes(c));
    all.put("approvals", () -> approvals(c));
    all.put("sessions", () -> sessions(c));
    all.put("channels", () -> channels(c));
    all.put("message", () -> message(c));
    all.put("config", () -> config(c));
    all.put("audit", () -> audit(c));
    all.put("token", () -> new CommandLine(new TokenCommand(c)));
    all.put("redis", () -> new CommandLine(new RedisCommand()));
    all.put("train", () -> new CommandLine(new TrainCommand()));
    all.put("probe", () -> new CommandLine(new ProbeCommand(c)));
    all.put("protocol", () -> protocol(c));
    all.put("help", () -> new CommandLine(new HelpCommand(c)));
    all.put("completion", () -> new CommandLine(new CompletionCommand(c)));
    all.put("man", () -> new CommandLine(new ManCommand(c)));
    all.put("version", () -> new CommandLine(new VersionCommand(c)));
    return all;
  }

  private static CommandLine protocol(CliContext c) {
    return new CommandLine(new Group.Protocol())
        .addSubcommand(new ProtocolGenCommand(c))
        .addSubcommand(new ProtocolCheckCommand(c));
  }

  private static CommandLine devices(CliContext c) {
    return new CommandLine(new Group.Devices())
        .addSubcommand(new DevicesListCommand(c))
        .addSubcommand(new DevicesApproveCommand(c))
        .addSubcommand(new DevicesRejectCommand(c))
        .addSubcommand(new DevicesBootstrapCommand(c))
        .addSubcommand(new DevicesRotateCommand(c))
        .addSubcommand(new DevicesRevokeCommand(c));
  }

  private static CommandLine nodes(CliContext c) {
    return new CommandLine(new Group.Nodes())
        .addSubcommand(new NodesListCommand(c))
        .addSubcommand(new NodesDescribeCommand(c))
        .addSubcommand(new NodesInvokeCommand(c));
  }

  private static CommandLine approvals(CliContext c) {
    return new CommandLine(new Group.Approvals())
        .addSubcommand(new ApprovalsListCommand(c))
        .addSubcommand(new ApprovalsWatchCommand(c))
        .addSubcommand(new ApprovalsResolveCommand(c))
        .addSubcommand(
            new CommandLine(new ApprovalsRulesCommand(c))
                .addSubcommand(new ApprovalsRulesRemoveCommand(c)));
  }

  private static CommandLine sessions(CliContext c) {
    return new CommandLine(new Group.Sessions())
        .addSubcommand(new SessionsListCommand(c))
        .addSubcommand(new SessionsExportCommand(c));
  }

  private static CommandLine channels(CliContext c) {
    return new CommandLine(new Group.Channels())
        .addSubcommand(new ChannelsStatusCommand(c))
        .addSubcommand(new ChannelsLogoutCommand(c))
        .addSubcommand(
            new CommandLine(new Group.ChannelsPairing())
                .addSubcommand(new ChannelsPairingListCommand(c))
                .addSubcommand(new ChannelsPairingDecision.Approve(c))
                .addSubcommand(new ChannelsPairingDecision.Dismiss(c)));
  }

  private static CommandLine message(CliContext c) {
    return new CommandLine(new Group.Message()).addSubcommand(new MessageSendCommand(c));
  }

  private static CommandLine config(CliContext c) {
    return new CommandLine(new Group.Config())
        .addSubcommand(new ConfigGetCommand(c))
        .addSubcommand(new ConfigSetCommand(c))
        .addSubcommand(new ConfigPatchCommand(c))
        .addSubcommand(new ConfigApplyCommand(c));
  }

  private static CommandLine audit(CliContext c) {
    return new CommandLine(new Group.Audit())
        .addSubcommand(new AuditListCommand(c))
        .addSubcommand(new AuditVerifyCommand(c))
        .addSubcommand(new AuditExportCommand(c));
  }

  /** Adds the environment and the exit codes, which all commands have in common. */
  private static void describe(CommandLine root) {
    UsageMessageSpec usage = root.getCommandSpec().usageMessage();
    List<String> footer = new ArrayList<>(List.of(usage.footer()));
    footer.addAll(ENVIRONMENT);
    footer.addAll(EXIT_CODES);
    usage.footer(footer.toArray(String[]::new));
  }
}
