package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.access.audit.AuditAction;
import dev.krabkrab.gateway.access.audit.AuditActor;
import dev.krabkrab.gateway.access.audit.AuditEvent;
import dev.krabkrab.gateway.access.audit.CommandText;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Audit entries of invokes: which command of which node; of {@code system.run} also what was to
 * run, without its secrets. Never other parameters, and never an answer.
 */
final class InvokeEntries {
  private InvokeEntries() {}

  /** An invoke that is about to be sent. */
  static AuditEvent invoked(Caller by, InvokeRequest request) {
    return new AuditEvent(AuditAction.NODE_INVOKED, AuditActor.of(by), description(request));
  }

  /** An invoke that is refused. */
  static AuditEvent refused(Caller by, InvokeRequest request, String reason) {
    return new AuditEvent(
        AuditAction.RUN_REFUSED,
        AuditActor.of(by),
        description(request).andThen(details -> details.put("reason", reason)));
  }

  /** Holds on to no parameters, which may be large, until it is called. */
  private static Consumer<ObjectNode> description(InvokeRequest request) {
    String node = request.nodeId();
    String command = request.command();
    JsonNode params = request.params();
    if (params == null || !command.equals(RunGuard.COMMAND)) {
      return details -> details.put("node", node).put("command", command);
    }
    String text = text(params);
    String words = bounded(String.join(" ", words(params.get("command"))));
    String approval = Json.nonBlank(params, "runId");
    return details -> {
      details.put("node", node).put("command", command);
      details.put("text", new CommandText(text).kept());
      if (!words.equals(text)) {
        details.put("argv", new CommandText(words).kept());
      }
      Json.putIfPresent(details, "approval", approval);
    };
  }

  private static String text(JsonNode params) {
    String raw = Json.nonBlank(params, "rawCommand");
    String text = raw == null ? String.join(" ", words(params.get("command"))) : raw;
    return bounded(text);
  }

  private static String bounded(String text) {
    return text.substring(0, Math.min(text.length(), CommandText.READ));
  }

  private static List<String> words(@Nullable JsonNode command) {
    List<String> words = new ArrayList<>();
    if (command != null && command.isArray()) {
      command.forEach(word -> words.add(word.asText()));
    } else if (command != null) {
      words.add(command.asText());
    }
    return words;
  }
}
