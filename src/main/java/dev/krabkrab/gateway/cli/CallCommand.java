package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code krabkrab call}: any method, for scripts and for trying things out. */
@Command(
    name = "call",
    description = "Calls any method of the gateway and prints its payload.",
    footer = {
      "",
      "Connects with scope operator.admin unless --scopes asks for less.",
      "",
      "Examples:",
      "  krabkrab call node.list",
      "  krabkrab call node.describe '{\"nodeId\":\"c8d2...\"}' --scopes operator.read",
      "  krabkrab call config.get --json | jq .hash"
    })
final class CallCommand extends ClientCommand {
  @Parameters(index = "0", paramLabel = "METHOD", description = "The method, like node.list.")
  private String method = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "JSON",
      description = "Its parameters, a JSON object; default {}. '-' reads standard input.")
  private @Nullable String params;

  @Option(
      names = "--expect-final",
      description = "Pass over a first answer 'accepted' and wait for the final one.")
  private boolean expectFinal;

  private JsonNode parameters = Json.object();

  CallCommand(CliContext context) {
    super(context);
  }

  @Override
  List<String> scopes() {
    return List.of("operator.admin");
  }

  @Override
  public Integer call() {
    parameters = parse();
    return super.call();
  }

  @Override
  int run(GatewayClient client) {
    JsonNode payload =
        client.call(method, parameters, connector().settings().timeout(), expectFinal);
    if (!printedAsJson(payload)) {
      printPretty(payload);
    }
    return ExitCodes.OK;
  }

  private JsonNode parse() {
    String text = params == null ? "{}" : Input.argument(params, context());
    try {
      JsonNode json = Json.parseLenient(text);
      if (json.isObject()) {
        return json;
      }
      throw CliException.usage("the parameters are not a JSON object", EXAMPLE);
    } catch (JsonProcessingException e) {
      throw CliException.usage("the parameters are not JSON: " + e.getOriginalMessage(), EXAMPLE);
    }
  }

  private static final String EXAMPLE =
      "Quote them for the shell: krabkrab call node.describe '{\"nodeId\":\"...\"}'";
}
