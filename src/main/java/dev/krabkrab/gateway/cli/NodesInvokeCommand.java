package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code krabkrab nodes invoke}. */
@Command(
    name = "invoke",
    description = "Runs a command on a node and prints what it answers.",
    footer = {
      "",
      "--timeout is the time the node gets (default 30s).",
      "",
      "Examples:",
      "  krabkrab nodes invoke --node build-box --command system.which \\",
      "      --params '{\"bins\":[\"git\"]}'",
      "  krabkrab nodes invoke --node c8d2 --command camera.list --timeout 60s --json"
    })
final class NodesInvokeCommand extends ClientCommand {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /** What the gateway may take beyond the node's own time. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  @Option(
      names = "--node",
      required = true,
      paramLabel = "NODE",
      description = "Its id, the beginning of it, or its name.")
  private String node = "";

  @Option(
      names = "--command",
      required = true,
      paramLabel = "COMMAND",
      description = "A command the node declares; 'nodes list' shows them.")
  private String command = "";

  @Option(
      names = "--params",
      paramLabel = "JSON",
      description = "Parameters of the command. '-' reads standard input.")
  private @Nullable String params;

  @Mixin private IdempotencyOption idempotency = new IdempotencyOption();

  NodesInvokeCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.write");
  }

  @Override
  int run(GatewayClient client) {
    Duration wait = options().timeout != null ? options().timeout : DEFAULT_TIMEOUT;
    ObjectNode request =
        Json.object()
            .put("nodeId", Nodes.id(client, node))
            .put("command", command)
            .put("timeoutMs", wait.toMillis())
            .put("idempotencyKey", idempotency.key(context().ids()::uuid));
    if (params != null) {
      request.set("params", parse(Input.argument(params, context())));
    }
    JsonNode result = client.call("node.invoke", request, wait.plus(MARGIN), false);
    if (!printedAsJson(result)) {
      JsonNode payload = result.path("payload");
      if (payload.isMissingNode()) {
        print("done");
      } else {
        printPretty(payload);
      }
    }
    return ExitCodes.OK;
  }

  private static JsonNode parse(String text) {
    try {
      return Json.parseLenient(text);
    } catch (JsonProcessingException e) {
      throw CliException.usage(
          "--params is not JSON: " + e.getOriginalMessage(),
          "Quote it for the shell: --params '{\"key\":\"value\"}'");
    }
  }
}
