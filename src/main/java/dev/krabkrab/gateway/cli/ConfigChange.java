package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Placeholders;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that writes the shared configuration against the revision it has just read. */
abstract class ConfigChange extends ClientCommand {
  /** What everybody comes in by. */
  private static final List<String> SECRETS =
      List.of("gateway.auth.token", "gateway.auth.password");

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
      written = kept(client, method, params, e);
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

  /**
   * Writes a document again that says nothing of the secret by which everybody comes in: a first
   * start made it, so that no file has it. It stays.
   *
   * @throws CliException the first refusal, when it was another one
   */
  private JsonNode kept(
      GatewayClient client, String method, ObjectNode params, CliException refusal) {
    GatewayError error = refusal.error();
    JsonNode issues = error == null ? Json.object() : error.details().path("issues");
    String path = issues.path(0).path("path").asText("");
    boolean whole = !method.equals("config.patch");
    if (!whole || issues.size() != 1 || !SECRETS.contains(path)) {
      throw explained(refusal);
    }
    JsonNode written;
    try {
      JsonNode document = Json.parseLenient(params.path("raw").asText());
      if (!document.isObject() || !ConfigPath.at(document, path).isMissingNode()) {
        throw explained(refusal);
      }
      ConfigPath.put((ObjectNode) document, path, Placeholders.HIDDEN);
      written = client.call(method, params.put("raw", Json.compact(document)));
    } catch (JsonProcessingException | CliException e) {
      throw explained(refusal);
    }
    context().err().println(path + " is not in it, and stays as it was.");
    return written;
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
