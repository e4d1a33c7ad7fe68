package dev.krabkrab.gateway.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that only groups others. */
abstract sealed class Group implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    throw new ParameterException(
        line, "Say what to do: one of " + String.join(", ", line.getSubcommands().keySet()) + ".");
  }

  /** Devices that pair with the gateway. */
  @Command(
      name = "devices",
      synopsisSubcommandLabel = "COMMAND",
      description = "Lets devices in, keeps them out, and renews their tokens.")
  static final class Devices extends Group {}

  /** Nodes that execute commands. */
  @Command(
      name = "nodes",
      synopsisSubcommandLabel = "COMMAND",
      description = "Shows nodes and runs commands on them.")
  static final class Nodes extends Group {}

  /** This machine as a node. */
  @Command(
      name = "node",
      synopsisSubcommandLabel = "COMMAND",
      description = "Makes this machine a node, on which agents and operators run commands.")
  static final class Node extends Group {}

  /** Commands waiting for a human. */
  @Command(
      name = "approvals",
      synopsisSubcommandLabel = "COMMAND",
      description = "Shows and decides commands that wait for a human.")
  static final class Approvals extends Group {}

  /** Conversations with agents. */
  @Command(
      name = "sessions",
      synopsisSubcommandLabel = "COMMAND",
      description = "Lists conversations with agents and exports what was said in them.")
  static final class Sessions extends Group {}

  /** Chats in which people write to agents. */
  @Command(
      name = "channels",
      synopsisSubcommandLabel = "COMMAND",
      description = "Shows chat channels, and lets people in who write there.")
  static final class Channels extends Group {}

  /** Strangers in channels. */
  @Command(
      name = "pairing",
      synopsisSubcommandLabel = "COMMAND",
      description = "Shows strangers who wrote in channels, and lets them in.")
  static final class ChannelsPairing extends Group {}

  /** Messages in channels. */
  @Command(
      name = "message",
      synopsisSubcommandLabel = "COMMAND",
      description = "Says something in a chat channel.")
  static final class Message extends Group {}

  /** Jobs. */
  @Command(
      name = "cron",
      synopsisSubcommandLabel = "COMMAND",
      description = "Has agents do things at their times.")
  static final class Cron extends Group {}

  /** The shared gateway document. */
  @Command(
      name = "config",
      synopsisSubcommandLabel = "COMMAND",
      description = "Reads and changes the configuration all instances share.")
  static final class Config extends Group {}

  /** The audit trail. */
  @Command(
      name = "audit",
      synopsisSubcommandLabel = "COMMAND",
      description = "Shows, checks and exports the trail of who did what.")
  static final class Audit extends Group {}

  /** The protocol of clients and gateway. */
  @Command(
      name = "protocol",
      synopsisSubcommandLabel = "COMMAND",
      description = "Writes and checks the JSON Schema of the protocol.")
  static final class Protocol extends Group {}

  /** The load generator. */
  @Command(
      name = "bench",
      synopsisSubcommandLabel = "COMMAND",
      description = "Puts load on a gateway and tells what an operation takes and costs.",
      footer = {
        "",
        "Clients with identities of their own connect over real sockets, work, and are removed"
            + " from",
        "the gateway at the end, after Ctrl-C too. Where devices are not let in by themselves, run",
        "it on the gateway's host.",
        "",
        "All of it runs on one thread. When that thread is busy nine tenths of the time, the last",
        "line says so: then the generator was the limit, and several at once show more.",
        "",
        "Examples:",
        "  krabkrab bench calls --method health --concurrency 50 --pid \"$GATEWAY_PID\"",
        "  krabkrab bench invokes --rate 500 --duration 30s --json > before.json",
        "  krabkrab bench invokes --rate 500 --duration 30s --compare before.json"
      })
  static final class Bench extends Group {}
}
