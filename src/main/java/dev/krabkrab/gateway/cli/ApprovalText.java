package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Approvals as shown to people. */
final class ApprovalText {
  private ApprovalText() {}

  /** The command that waits for a decision. */
  static String command(JsonNode approval) {
    return approval.path("request").path("command").asText("");
  }

  /** Where it would run: {@code node}, {@code gateway}, with the directory when known. */
  static String place(JsonNode approval) {
    JsonNode request = approval.path("request");
    String host = request.path("host").asText("");
    String cwd = request.path("cwd").asText("");
    return cwd.isEmpty() ? host : host + ":" + cwd;
  }
}
