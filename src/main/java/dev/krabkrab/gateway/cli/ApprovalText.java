package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Approvals as shown to people. */
final class ApprovalText {
  private ApprovalText() {}

  /** The command that waits for a decision. */
  static String command(JsonNode approval) {
    return approval.path("request").path("command").asText("");
  }

  /** The words that would run, as JSON, so that each one is told from the next. */
  static String words(JsonNode approval) {
    JsonNode argv = approval.path("request").path("commandArgv");
    return argv.isEmpty()
        ? "not named: a shell of the machine reads the command"
        : Json.compact(argv);
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
