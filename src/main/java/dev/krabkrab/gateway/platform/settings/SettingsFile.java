package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.Json5Places;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import java.util.ArrayList;
import java.util.List;

/**
 * A configuration file: the settings of an instance and the first document of a namespace. Names
 * what is wrong with it, and where.
 *
 * @param name of the file
 * @param text as it was read
 * @param content what it says
 */
public record SettingsFile(String name, String text, ObjectNode content) {
  private static final int MOST_NAMED = 20;

  /** What is wrong, each on a line of its own with file, line, column and key. */
  public List<String> problems() {
    SettingsParts parts = SettingsParts.load();
    JsonNode own = ForeignKeys.load().without(content);
    List<SettingsIssue> shape = SettingsIssues.of(schema(parts), own);
    if (!shape.isEmpty()) {
      Json5Places places = Json5Places.of(text);
      return shape.stream()
          .limit(MOST_NAMED)
          .map(issue -> line(places, issue.place(), issue.words()))
          .toList();
    }
    ArrayNode issues = Json.array();
    parts.check(content, issues);
    parts.rule(content, issues);
    return located(issues);
  }

  /** Issues of the document it seeds, with their places. */
  public List<String> located(ArrayNode issues) {
    Json5Places places = Json5Places.of(text);
    List<String> lines = new ArrayList<>();
    issues.forEach(
        issue ->
            lines.add(
                line(
                    places,
                    List.of(issue.path("path").asText().split("\\.", -1)),
                    issue.path("message").asText())));
    return lines.subList(0, Math.min(lines.size(), MOST_NAMED));
  }

  private String line(Json5Places places, List<String> path, String words) {
    String key = String.join(".", path);
    return SafeText.line(
        name + ":" + places.of(path) + ": " + (key.isEmpty() ? "" : key + ": ") + words);
  }

  /** The schema of a file: that of the document with the sections of an instance. */
  static ObjectNode schema(SettingsParts parts) {
    ObjectNode whole = parts.schema();
    ObjectNode instance = InstanceSections.schema();
    SettingsParts.close(instance, List.of(), SettingFacts.of(Json.object()));
    whole.withObjectProperty("properties").setAll((ObjectNode) instance.path("properties"));
    return whole;
  }
}
