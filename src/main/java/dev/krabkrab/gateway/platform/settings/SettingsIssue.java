package dev.krabkrab.gateway.platform.settings;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One thing that is wrong with a document.
 *
 * @param path where, keys and indexes from the top
 * @param key the unknown key there; empty when something else is wrong
 * @param text what is wrong; of an unknown key the hint
 * @param mayStay whether a document that has it already may keep it
 */
record SettingsIssue(List<String> path, String key, String text, boolean mayStay) {
  private static final int MOST_SHOWN = 100;

  SettingsIssue {
    path = List.copyOf(path);
  }

  boolean isUnknownKey() {
    return !key.isEmpty();
  }

  /** The path of what is wrong itself, the unknown key included. */
  List<String> place() {
    if (!isUnknownKey()) {
      return path;
    }
    List<String> place = new ArrayList<>(path);
    place.add(key);
    return place;
  }

  /** What is wrong, for people who see the place. */
  String words() {
    return isUnknownKey() ? "Unrecognized key: \"" + key + "\"" + text : text;
  }

  /** As clients show them: unknown keys of one place together. Protocol 03 §10. */
  static ArrayNode json(List<SettingsIssue> issues) {
    ArrayNode json = Json.array();
    for (int i = 0; i < issues.size() && json.size() < MOST_SHOWN; i++) {
      SettingsIssue first = issues.get(i);
      int end = i + 1;
      while (first.isUnknownKey()
          && end < issues.size()
          && issues.get(end).isUnknownKey()
          && issues.get(end).path().equals(first.path())) {
        end++;
      }
      json.addObject()
          .put("path", String.join(".", first.path()))
          .put("message", end - i == 1 ? first.words() : several(issues.subList(i, end)));
      i = end - 1;
    }
    return json;
  }

  private static String several(List<SettingsIssue> unknown) {
    return unknown.stream()
        .limit(MOST_SHOWN)
        .map(issue -> "\"" + issue.key() + "\"" + issue.text())
        .collect(Collectors.joining(", ", "Unrecognized keys: ", ""));
  }
}
