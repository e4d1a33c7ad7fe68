package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code krabkrab devices bootstrap}. */
@Command(
    name = "bootstrap",
    description = "Makes a token that lets one new device in, once, without anybody's approval.",
    footer = {
      "",
      "The token is shown once and stored nowhere. The first device that connects with it as its",
      "gateway token is paired and gets a device token of its own; nobody else can use it then.",
      "You give away no scope that you do not hold.",
      "",
      "Examples:",
      "  krabkrab devices bootstrap --role node",
      "  krabkrab devices bootstrap --role node --ttl 1h --json",
      "  krabkrab devices bootstrap --role operator --token-scopes operator.read"
    })
final class DevicesBootstrapCommand extends PairingCommand {
  @Option(
      names = "--role",
      paramLabel = "ROLE",
      required = true,
      description = "operator or node: the only role it admits.")
  private String role = "";

  @Option(
      names = "--token-scopes",
      paramLabel = "SCOPE",
      split = ",",
      description = "The most its device may get. Needed for an operator.")
  private @Nullable List<String> tokenScopes;

  @Option(
      names = "--ttl",
      paramLabel = "TIME",
      defaultValue = "10m",
      converter = Bounded.TokenLife.class,
      description = "How long it can be used: 1m to 24h. Default: ${DEFAULT-VALUE}.")
  private Duration ttl = Duration.ZERO;

  DevicesBootstrapCommand(CliContext context) {
    super(context);
  }

  @Override
  int run(GatewayClient client) {
    ObjectNode params = Json.object().put("role", role).put("ttlMs", ttl.toMillis());
    if (tokenScopes != null) {
      tokenScopes.forEach(params.withArrayProperty("scopes")::add);
    }
    JsonNode made = callWithPower(client, "device.bootstrap.create", params);
    if (!printedAsJson(made)) {
      print(Text.safe(made.path("token").asText()));
      print("");
      print("It admits one " + Text.safe(role) + " and is not shown again. On the new machine:");
      print("  give it to the client as its gateway token, for example KRABKRAB_GATEWAY_TOKEN.");
    }
    return ExitCodes.OK;
  }
}
