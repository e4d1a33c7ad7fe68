package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.cli.node.ServiceFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code krabkrab node service}. */
@Command(
    name = "service",
    description = "Prints the file by which a system runs the node as a service.",
    footer = {
      "",
      "Nothing is installed. docs/nodes.md says where the file goes. No secret is in it: connect"
          + " once",
      "with --bootstrap before, or write one to node/secrets.env in the state directory.",
      "",
      "Examples:",
      "  krabkrab node service --print systemd --url wss://gw.example.com",
      "  krabkrab node service --print launchd --url wss://gw.example.com"
    })
final class NodeServiceCommand implements Callable<Integer> {
  /** What starts services. */
  enum Kind {
    systemd,
    launchd
  }

  @Option(
      names = "--print",
      paramLabel = "KIND",
      required = true,
      description = "systemd: a unit; launchd: a property list.")
  private Kind kind = Kind.systemd;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The gateway, or several of its instances with commas between them.")
  private @Nullable String url;

  @Option(
      names = "--tls-fingerprint",
      paramLabel = "SHA256",
      description = "The only certificate to accept.")
  private @Nullable String tlsFingerprint;

  @Option(
      names = "--display-name",
      paramLabel = "NAME",
      description = "What people know the node by.")
  private @Nullable String displayName;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "Directory with the node's identity. Default: KRABKRAB_STATE_DIR, else ~/.krabkrab.")
  private @Nullable Path stateDir;

  private final CliContext context;

  NodeServiceCommand(CliContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Path state =
        (stateDir != null ? stateDir : new Environment(context).stateDir()).toAbsolutePath();
    Path node = state.resolve("node");
    String path = context.environment().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
    context
        .out()
        .print(
            switch (kind) {
              case systemd -> ServiceFiles.systemd(command(state), node.resolve("secrets.env"));
              case launchd -> ServiceFiles.launchd(command(state), path, node.resolve("log"));
            });
    context.out().flush();
    return ExitCodes.OK;
  }

  private List<String> command(Path state) {
    String name = System.getProperty("krabkrab.command", "krabkrab");
    boolean relative = name.contains("/") && !name.startsWith("/");
    List<String> words = new ArrayList<>();
    words.add(relative ? Path.of(name).toAbsolutePath().normalize().toString() : name);
    words.addAll(List.of("node", "run", "--state-dir", state.toString()));
    add(words, "--url", url);
    add(words, "--tls-fingerprint", tlsFingerprint);
    add(words, "--display-name", displayName);
    return words;
  }

  private static void add(List<String> words, String option, @Nullable String value) {
    if (value != null) {
      words.add(option);
      words.add(value);
    }
  }
}
