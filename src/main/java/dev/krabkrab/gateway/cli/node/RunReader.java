package dev.krabkrab.gateway.cli.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.cli.node.RunRequest.Whose;
import dev.krabkrab.gateway.control.approvals.CommandForms;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code system.run}: words, never a text for a shell, and nothing that contradicts them.
 * Protocol 02 §14, 05 §13.2.
 */
final class RunReader {
  static final Duration USUAL = Duration.ofMinutes(2);
  static final Duration LONGEST = Duration.ofHours(1);

  private static final int MOST_BYTES = 128 * 1024;
  private static final int MOST_WORDS = 4_096;
  private static final Set<String> ALLOWED = Set.of("allow-once", "allow-always");

  private final RunEnvironment environment;
  private final Programs programs;
  private final Path home;

  RunReader(RunEnvironment environment, Programs programs, Path home) {
    this.environment = environment;
    this.programs = programs;
    this.home = home;
  }

  /**
   * Reads and checks everything but the policy.
   *
   * @throws NodeRefusal naming the field
   */
  RunRequest read(ObjectNode params) {
    List<String> argv = argv(params.path("command"));
    String text = text(params, argv);
    Path cwd = cwd(text(params, "cwd"));
    if (params.path("needsScreenRecording").asBoolean(false)) {
      throw NodeRefusal.denied("PERMISSION_MISSING: screenRecording", "permission:screenRecording");
    }
    RunRequest request =
        new RunRequest(
            argv,
            program(argv.getFirst(), cwd),
            cwd,
            environment.read(params.path("env")),
            timeout(params.path("timeoutMs")),
            new Whose(
                text(params, "agentId"),
                text(params, "sessionKey"),
                text(params, "runId"),
                text,
                params.path("suppressNotifyOnExit").asBoolean(false)),
            isApproved(params));
    RunPlans.check(params.get("systemRunPlan"), request);
    return request;
  }

  /** Says it only where nothing that was said contradicts it. */
  private static boolean isApproved(ObjectNode params) {
    JsonNode approved = params.path("approved");
    JsonNode decision = params.path("approvalDecision");
    boolean said = approved.isMissingNode() || approved.isNull() || approved.isBoolean();
    boolean yes = approved.isBoolean() && approved.booleanValue();
    boolean allowed = decision.isTextual() && ALLOWED.contains(decision.asText());
    boolean undecided = decision.isMissingNode() || decision.isNull();
    return said
        && (undecided ? yes : allowed)
        && !(approved.isBoolean() && !approved.booleanValue());
  }

  private static List<String> argv(JsonNode command) {
    if (!command.isArray() || command.isEmpty() || command.size() > MOST_WORDS) {
      throw NodeRefusal.invalid("command: must be a list of words");
    }
    List<String> argv = new ArrayList<>();
    long bytes = 0;
    for (JsonNode word : command) {
      String text = word.asText("");
      if (!word.isTextual() || !isWhole(text)) {
        throw NodeRefusal.invalid("command/" + argv.size() + ": must be a text without NUL");
      }
      bytes += text.getBytes(StandardCharsets.UTF_8).length;
      argv.add(text);
    }
    if (argv.getFirst().isBlank()) {
      throw NodeRefusal.invalid("command/0: must name a program");
    }
    if (bytes > MOST_BYTES) {
      throw NodeRefusal.invalid("command: longer than " + MOST_BYTES + " bytes");
    }
    return argv;
  }

  /** The command as people read it, which has to say what runs. */
  private static String text(ObjectNode params, List<String> argv) {
    String raw = text(params, "rawCommand");
    if (raw == null) {
      return ShellText.of(argv);
    }
    if (!CommandForms.saysTheSame(raw, argv)) {
      throw NodeRefusal.invalid("rawCommand: does not say what command runs");
    }
    return raw;
  }

  private static @Nullable String text(ObjectNode params, String field) {
    JsonNode value = params.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual() || !isWhole(value.asText())) {
      throw NodeRefusal.invalid(field + ": must be a text without NUL");
    }
    return Json.nonBlank(params, field);
  }

  private static boolean isWhole(String text) {
    return text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private Path cwd(@Nullable String given) {
    if (given == null) {
      return home;
    }
    try {
      Path folder = Path.of(given);
      if (folder.isAbsolute() && Files.isDirectory(folder)) {
        return folder;
      }
    } catch (InvalidPathException e) {
      throw NodeRefusal.invalid("cwd: is no path");
    }
    throw NodeRefusal.invalid("cwd: must be the full path of a folder that exists");
  }

  private Path program(String name, Path cwd) {
    Path found = programs.find(name, cwd);
    if (found == null) {
      throw NodeRefusal.invalid("command/0: no such program here: " + ShellText.shown(name));
    }
    return found;
  }

  private static Duration timeout(JsonNode given) {
    if (given.isMissingNode() || given.isNull()) {
      return USUAL;
    }
    long most = LONGEST.toMillis();
    if (!given.isIntegralNumber()
        || !given.canConvertToLong()
        || given.asLong() < 1
        || given.asLong() > most) {
      throw NodeRefusal.invalid("timeoutMs: must be a whole number from 1 to " + most);
    }
    return Duration.ofMillis(given.asLong());
  }
}
