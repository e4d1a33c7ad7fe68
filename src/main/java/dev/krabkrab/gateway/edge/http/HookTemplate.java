package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.time.Instant;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills {@code {{messages[0].subject}}}, {@code {{headers.x}}}, {@code {{query.y}}}, {@code
 * {{path}}} and {@code {{now}}} into a text. Protocol 04 §23.
 */
final class HookTemplate {
  private static final Pattern HOLE = Pattern.compile("\\{\\{\\s*([^{}\\s]{1,200})\\s*}}");
  private static final Pattern STEP = Pattern.compile("([A-Za-z0-9_-]+)|\\[(\\d{1,6})]");

  private final JsonNode body;
  private final UnaryOperator<String> headers;
  private final UnaryOperator<String> query;
  private final String path;
  private final Instant now;

  /**
   * @param headers of the request by name; an empty text for one that is not there
   * @param query its parameters, likewise
   */
  HookTemplate(
      JsonNode body,
      UnaryOperator<String> headers,
      UnaryOperator<String> query,
      String path,
      Instant now) {
    this.body = body;
    this.headers = headers;
    this.query = query;
    this.path = path;
    this.now = now;
  }

  String fill(String template) {
    Matcher hole = HOLE.matcher(template);
    StringBuilder filled = new StringBuilder();
    while (hole.find()) {
      hole.appendReplacement(filled, Matcher.quoteReplacement(value(hole.group(1))));
    }
    return hole.appendTail(filled).toString();
  }

  private String value(String name) {
    if (name.equals("path")) {
      return path;
    }
    if (name.equals("now")) {
      return now.toString();
    }
    if (name.startsWith("headers.")) {
      return headers.apply(name.substring("headers.".length()));
    }
    if (name.startsWith("query.")) {
      return query.apply(name.substring("query.".length()));
    }
    JsonNode at = name.startsWith("payload.") ? walk(name.substring(8)) : walk(name);
    return at.isValueNode() ? at.asText() : at.isMissingNode() ? "" : Json.text(at);
  }

  private JsonNode walk(String name) {
    JsonNode at = body;
    Matcher step = STEP.matcher(name);
    int end = 0;
    while (step.find()) {
      // Between two steps there is a dot or nothing.
      String between = name.substring(end, step.start());
      if (!between.isEmpty() && !between.equals(".")) {
        return MissingNode.getInstance();
      }
      at =
          step.group(1) != null ? at.path(step.group(1)) : at.path(Integer.parseInt(step.group(2)));
      end = step.end();
    }
    return end == name.length() ? at : MissingNode.getInstance();
  }
}
