package dev.krabkrab.gateway.platform.protocol.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * What methods do and answer, and what events tell, for those who publish it. Each is an object
 * with {@code description} and {@code schema}; nothing at run time is checked against them.
 */
public final class ResultDocuments {
  private static final String INDEX = "results.txt";

  private ResultDocuments() {}

  /** Results of methods, by their names. */
  public static Map<String, JsonNode> results() {
    return in("/results/");
  }

  /** Payloads of events, by their names. */
  public static Map<String, JsonNode> events() {
    return in("/events/");
  }

  private static Map<String, JsonNode> in(String folder) {
    Map<String, JsonNode> found = new TreeMap<>();
    SchemaFiles.lines(INDEX)
        .filter(entry -> entry.contains(folder))
        .forEach(
            entry ->
                found.put(
                    entry.substring(entry.lastIndexOf('/') + 1),
                    SchemaFiles.document(entry + ".json")));
    return found;
  }
}
