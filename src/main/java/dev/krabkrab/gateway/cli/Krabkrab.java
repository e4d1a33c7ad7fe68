package dev.krabkrab.gateway.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root command. */
@Command(
    name = "krabkrab",
    description = "Runs a KrabKrab gateway and talks to one.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  krabkrab gateway                     start a gateway on port 18789",
      "  krabkrab gateway --port 18790        start a second instance, which joins the first",
      "  krabkrab token                       print the token clients need",
      "  krabkrab devices approve --latest    let the newest waiting device in",
      "  krabkrab approvals watch             see commands that wait for a decision",
      "  krabkrab health --url wss://gw.example.com --token \"$TOKEN\"",
      "",
      "`krabkrab COMMAND --help` explains one command."
    })
final class Krabkrab implements Runnable {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version of this installation.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean version;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "Say what to do: a command is missing.");
  }
}
