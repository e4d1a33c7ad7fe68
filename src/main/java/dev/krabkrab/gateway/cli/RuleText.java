package dev.krabkrab.gateway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Rules of {@code allow-always} as shown to people. */
final class RuleText {
  private RuleText() {}

  /** The exact words that it allows; those that blanks would tear apart are quoted. */
  static String command(JsonNode rule) {
    List<String> words = new ArrayList<>();
    for (JsonNode word : rule.path("argv")) {
      String text = word.asText();
      boolean plain = !text.isEmpty() && text.chars().noneMatch(c -> c == ' ' || c == '\'');
      words.add(plain ? text : "'" + text.replace("'", "'\\''") + "'");
    }
    return String.join(" ", words);
  }

  /** What it allows, in a sentence. */
  static String sentence(JsonNode rule) {
    String folder = rule.path("cwd").asText("");
    return "agent "
        + Text.safe(rule.path("agentId").asText())
        + " may run exactly "
        + Text.safe(command(rule))
        + " on "
        + Text.safe(rule.path("nodeId").asText())
        + (rule.path("cwd").isNull() || folder.isEmpty() ? "" : " in " + Text.safe(folder));
  }

  /** Who granted it. */
  static String grantor(JsonNode rule) {
    return rule.path("createdBy").path("label").asText("");
  }
}
