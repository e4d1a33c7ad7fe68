package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that writes the shared configuration against the revision it has just read. */
abstract class ConfigChange extends ClientCommand {
  @Option(
      names = "--base-hash",
      paramLabel = "HASH",
      description =
          "Write only if the configuration still has this hash. Default: the hash read just now.")
  private @Nullable String baseHash;

  ConfigChange(CliContext context) {
    super(context);
  }

  @Override
  final List<String> scopes() {
    return List.of("operator.admin");
  }

  /** Sends the change and says what came of it. */
  final int write(GatewayClient client, String method, String raw) {
    ObjectNode params = Json.object().put("raw", raw);
    String hash =
        baseHash != null
            ? baseHash
            : client.call("config.get", Json.object()).path("hash").asText("");
    if (!hash.isEmpty()) {
      params.put("baseHash", hash);
    }
    JsonNode written;
    try {
      written = client.call(method, params);
    } catch (CliException e) {
      throw explained(e);
    }
    if (!printedAsJson(written)) {
      JsonNode warnings = written.path("warnings");
      print(
          warnings.isEmpty()
              ? "Written; every instance uses it from now on."
              : "Written; every instance uses it from now on, but for this:");
      warnings.forEach(warning -> context().err().println("warning" + line(warning)));
    }
    return ExitCodes.OK;
  }

  private static CliException explained(CliException e) {
    GatewayError error = e.error();
    if (error == null) {
      return e;
    }
    StringBuilder hint = new StringBuilder();
    error.details().path("issues").forEach(issue -> hint.append(line(issue)).append('\n'));
    if (error.message().startsWith("config changed")) {
      hint.append("Somebody else changed it meanwhile. Look at `krabkrab config get`, repeat.\n");
    }
    return hint.isEmpty()
        ? e
        : new CliException(
            e.exitCode(), String.valueOf(e.getMessage()), hint.toString().strip(), error, e);
  }

  /** One problem of a configuration, with the path it concerns. */
  static String line(JsonNode issue) {
    String path = issue.path("path").asText("");
    return Text.safe(
        "  " + (path.isEmpty() ? "(root)" : path) + ": " + issue.path("message").asText(""));
  }
}
