package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
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
  static String by(JsonNode told, String reasonField) {
    JsonNode who = told.path("resolver");
    StringBuilder text =
        new StringBuilder(Text.safe(who.path("label").asText(told.path("resolvedBy").asText(""))));
    StringJoiner more = new StringJoiner(", ", " (", ")").setEmptyValue("");
    add(more, "device ", Text.cut(who.path("deviceId").asText(""), DEVICE));
    add(more, "user ", who.path("user").asText(""));
    add(more, "on ", who.path("instance").asText(""));
    text.append(more);
    String reason = told.path(reasonField).asText("");
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

  /** Where it would run: {@code node}, {@code gateway}, with the directory when known. */
  static String place(JsonNode approval) {
    JsonNode request = approval.path("request");
    String host = request.path("host").asText("");
    String cwd = request.path("cwd").asText("");
    return cwd.isEmpty() ? host : host + ":" + cwd;
  }
}
