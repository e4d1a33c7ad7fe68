package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code krabkrab console}. */
@Command(
    name = "console",
    description = "Opens the operator console in a browser, which is let in by the link.",
    footer = {
      "",
      "The link lets one browser in, once, within ten minutes, without anybody's",
      "approval: for reading, for deciding approvals and for pairing devices. What",
      "follows its # is never sent to a server by a browser. Without a desktop, over",
      "SSH and with --print it is only printed.",
      "",
      "Examples:",
      "  krabkrab console",
      "  krabkrab console --admin --print",
      "  krabkrab console --url wss://gateway.example.com"
    })
final class ConsoleCommand extends PairingCommand {
  private static final Duration LIFE = Duration.ofMinutes(10);

  private static final List<String> USUAL =
      List.of("operator.read", "operator.approvals", "operator.pairing");

  @Option(
      names = "--admin",
      description = "The browser may also change the gateway (operator.admin).")
  private boolean admin;

  @Option(names = "--print", description = "Prints the link and opens nothing.")
  private boolean printed;

  private final Desktop desktop;

  ConsoleCommand(CliContext context) {
    super(context);
    this.desktop = Desktop.of(context.environment(), System.getProperty("os.name", ""));
  }

  @Override
  int run(GatewayClient client) {
    List<String> scopes = new ArrayList<>(USUAL);
    if (admin) {
      scopes.add("operator.admin");
    }
    ObjectNode params = Json.object().put("role", "operator").put("ttlMs", LIFE.toMillis());
    scopes.forEach(params.withArrayProperty("scopes")::add);
    JsonNode made = callWithPower(client, "device.bootstrap.create", params);
    String path = made.path("consolePath").asText("");
    if (path.isEmpty()) {
      throw new CliException(
          ExitCodes.FAILED,
          "This gateway serves no console.",
          "`krabkrab config set gateway.controlUi.enabled true` switches it on.");
    }
    String link = link(connector().settings().uri(), path, made.path("token").asText());
    if (options().json) {
      ObjectNode answer = Json.object().put("url", link).put("opened", false);
      answer.set("scopes", made.path("scopes"));
      answer.set("expiresAtMs", made.path("expiresAtMs"));
      return printedAsJson(answer) ? ExitCodes.OK : ExitCodes.INTERNAL;
    }
    show(link);
    return ExitCodes.OK;
  }

  private void show(String link) {
    print(link);
    print("");
    print(
        !printed && desktop.open(link)
            ? "A browser opens it. It lets one browser in, once, within ten minutes."
            : "Open it in a browser. It lets one browser in, once, within ten minutes.");
    ClientSettings settings = connector().settings();
    if (!settings.isTls() && !settings.isLoopback()) {
      print("Browsers take it from another machine only over TLS (krabkrab gateway --tls)");
      print("or through a tunnel to port " + settings.uri().getPort() + " of this address.");
    }
  }

  /** The console of a gateway, with a token where only the page itself sees it. */
  static String link(URI gateway, String path, String token) {
    String scheme = "wss".equals(gateway.getScheme()) ? "https" : "http";
    return scheme + "://" + gateway.getRawAuthority() + path + "#b=" + token;
  }
}
