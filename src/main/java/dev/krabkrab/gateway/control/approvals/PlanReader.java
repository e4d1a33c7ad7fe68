package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes the one plan out of what a request says in several places, and refuses it where these do
 * not say the same.
 */
final class PlanReader {
  /** The longest command, as text and as words, in bytes. */
  static final int MOST_COMMAND = 32 * 1024;

  private static final Pattern ABSOLUTE = Pattern.compile("(?s)/.*|[A-Za-z]:[\\\\/].*|\\\\\\\\.*");

  private final ObjectNode params;
  private final @Nullable ObjectNode planned;

  private PlanReader(ObjectNode params) {
    this.params = params;
    this.planned = params.get("systemRunPlan") instanceof ObjectNode given ? given : null;
  }

  /**
   * Reads the parameters of a request.
   *
   * @throws GatewayError naming the field that is missing, too long or contradicts another
   */
  static ExecPlan read(ObjectNode params, EnvSeal env) {
    return new PlanReader(params).plan(env);
  }

  private ExecPlan plan(EnvSeal env) {
    List<String> argv = argv();
    return ExecPlan.of(
        text(argv),
        argv,
        executable(argv),
        either("cwd"),
        env.digest(),
        env.names(),
        Json.nonBlank(params, "nodeId"),
        either("agentId"),
        either("sessionKey"),
        first(Json.nonBlank(params, "runId"), Json.nonBlank(params, "toolCallId")),
        planned == null ? "" : Hashes.ofValue(planned));
  }

  private List<String> argv() {
    List<String> given = words(params.path("commandArgv"));
    List<String> own = planned == null ? List.of() : words(planned.path("argv"));
    if (!given.isEmpty() && !own.isEmpty() && !given.equals(own)) {
      throw contradiction("commandArgv", "systemRunPlan.argv");
    }
    List<String> argv = own.isEmpty() ? given : own;
    String field = own.isEmpty() ? "commandArgv" : "systemRunPlan.argv";
    checkSize(field, argv.stream().mapToLong(PlanReader::bytes).sum() + argv.size());
    argv.forEach(word -> checkText(field, word));
    return argv;
  }

  private String text(List<String> argv) {
    String requested = Json.textOrNull(params, "command");
    String own = Json.textOrNull(planned, "commandText");
    boolean forNode = "node".equals(Json.textOrNull(params, "host"));
    String shown = forNode ? first(own, requested) : first(requested, own);
    if (shown == null && !argv.isEmpty()) {
      shown = ShellWords.join(argv);
    }
    if (shown == null || shown.isBlank()) {
      throw GatewayError.invalid("command is required");
    }
    checkSaid("command", requested, argv);
    checkSaid("systemRunPlan.commandText", own, argv);
    if (argv.isEmpty() && requested != null && own != null && !requested.equals(own)) {
      throw contradiction("command", "systemRunPlan.commandText");
    }
    checkRaw(shown, argv);
    return shown;
  }

  /** The schema does not know this field, and nodes take it for what is to run. */
  private void checkRaw(String shown, List<String> argv) {
    if (planned == null || !planned.hasNonNull("rawCommand")) {
      return;
    }
    String field = "systemRunPlan.rawCommand";
    if (!planned.get("rawCommand").isTextual()) {
      throw refused(field, field + " is no text: send the command as text, or leave it out");
    }
    String raw = textual(planned, "rawCommand");
    checkSaid(field, raw, argv);
    if (argv.isEmpty() && raw != null && !raw.equals(shown)) {
      throw contradiction(field, "command");
    }
  }

  private static void checkSaid(String field, @Nullable String text, List<String> argv) {
    if (text == null) {
      return;
    }
    checkSize(field, bytes(text));
    checkText(field, text);
    if (!argv.isEmpty() && !CommandForms.saysTheSame(text, argv)) {
      throw refused(
          field,
          field
              + " does not say what commandArgv runs: quote each word as a shell does,"
              + " or send the script that a standard shell such as /bin/sh -lc is given");
    }
  }

  /** A field that the plan repeats; the plan counts where the request leaves it out. */
  private @Nullable String either(String field) {
    String requested = textual(params, field);
    String own = planned == null ? null : textual(planned, field);
    if (requested != null && own != null && !requested.equals(own)) {
      throw contradiction(field, "systemRunPlan." + field);
    }
    String value = first(own, requested);
    if (value != null) {
      checkText(field, value);
    }
    return value;
  }

  private @Nullable String executable(List<String> argv) {
    if (!argv.isEmpty() && ABSOLUTE.matcher(argv.getFirst()).matches()) {
      return argv.getFirst();
    }
    String resolved = Json.nonBlank(params, "resolvedPath");
    return resolved != null && ABSOLUTE.matcher(resolved).matches() ? resolved : null;
  }

  /** What is blank counts as left out, for nodes take it so. */
  static @Nullable String textual(JsonNode object, String field) {
    String text = Json.textOrNull(object, field);
    return text == null || text.isBlank() ? null : text;
  }

  private static List<String> words(JsonNode array) {
    List<String> words = new ArrayList<>();
    array.forEach(word -> words.add(word.asText()));
    return words;
  }

  private static @Nullable String first(@Nullable String one, @Nullable String other) {
    return one != null ? one : other;
  }

  private static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void checkSize(String field, long bytes) {
    if (bytes > MOST_COMMAND) {
      throw refused(
          field, field + " is longer than 32 KB: put the command into a file on the machine");
    }
  }

  /** Neither a program nor a person is ever given these, so they only serve to hide something. */
  private static void checkText(String field, String text) {
    boolean whole = StandardCharsets.UTF_8.newEncoder().canEncode(text);
    if (!whole || text.indexOf('\0') >= 0) {
      throw refused(field, field + " has a NUL or half a character in it");
    }
  }

  private static GatewayError contradiction(String field, String other) {
    return refused(field, field + " and " + other + " differ: send the same in both, or one");
  }

  static GatewayError refused(String field, String message) {
    return GatewayError.invalid(message, Json.object().put("field", field));
  }
}
