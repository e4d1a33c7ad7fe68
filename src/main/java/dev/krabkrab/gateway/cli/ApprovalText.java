package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** Approvals as shown to people. */
final class ApprovalText {
  private static final int DEVICE = 13;

  private ApprovalText() {}

  /** The command that waits for a decision. */
  static String command(JsonNode approval) {
    return approval.path("request").path("command").asText("");
  }

  /** Who decided, from where, and why: what an event, an answer or a refusal says of it. */
  static String by(JsonNode resolved, String reasonField) {
    JsonNode who = resolved.path("resolver");
    StringBuilder text =
        new StringBuilder(
            Text.safe(who.path("label").asText(resolved.path("resolvedBy").asText(""))));
    StringJoiner more = new StringJoiner(", ", " (", ")").setEmptyValue("");
    add(more, "device ", Text.cut(who.path("deviceId").asText(""), DEVICE));
    add(more, "user ", who.path("user").asText(""));
    add(more, "on ", who.path("instance").asText(""));
    text.append(more);
    String reason = resolved.path(reasonField).asText("");
    return text.append(reason.isBlank() ? "" : ": " + Text.safe(reason)).toString();
  }

  private static void add(StringJoiner all, String what, String value) {
    if (!value.isBlank()) {
      all.add(what + Text.safe(value));
    }
  }

  /** Who asks: what it calls itself, with the user where there is one. */
  static String asker(JsonNode approval) {
    JsonNode who = approval.path("request").path("requestedBy");
    String label = who.path("label").asText("");
    String user = who.path("user").asText("");
    return user.isBlank() ? label : label + " (" + user + ")";
  }

  /** The words that would run, as JSON, so that words are kept apart. */
  static String words(JsonNode approval) {
    JsonNode argv = approval.path("request").path("commandArgv");
    return argv.isEmpty()
        ? "not named: a shell of the machine reads the command"
        : Json.compact(argv);
  }

  /** Why it deserves a second look, the gravest first. */
  static String risks(JsonNode approval) {
    StringJoiner all = new StringJoiner("; ");
    for (RiskHint hint : ApprovalRisk.of(approval.path("request"))) {
      all.add(hint.level().name().toLowerCase(Locale.ROOT) + ": " + hint.text());
    }
    return all.toString();
  }

  /** The variables it would run with, by name. */
  static String variables(JsonNode approval) {
    List<String> names = new ArrayList<>();
    approval.path("request").path("envKeys").forEach(name -> names.add(name.asText()));
    return String.join(" ", names);
  }

  /**
   * Where it would run: {@code node} with its name, {@code gateway}, with the folder when known.
   */
  static String place(JsonNode approval) {
    JsonNode request = approval.path("request");
    StringBuilder place = new StringBuilder(request.path("host").asText(""));
    String node = request.path("nodeId").asText("");
    String name = request.path("nodeName").asText("");
    if (!node.isEmpty()) {
      place.append(place.isEmpty() ? "" : " ");
      place.append(name.isEmpty() || name.equals(node) ? node : name + " (" + node + ")");
    } else if (request.path("nodeBinding").asText().equals("first-use")) {
      place.append(place.isEmpty() ? "" : " ").append("on the first node that runs it");
    }
    String cwd = request.path("cwd").asText("");
    return cwd.isEmpty() ? place.toString() : place + ":" + cwd;
  }
}
