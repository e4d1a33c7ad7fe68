package dev.krabkrab.gateway.agent.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The actions of a tool on nodes, and the node commands behind them. Protocol 02 §13.
 *
 * @param tool its name
 * @param fields arguments of all actions, as properties of a JSON Schema
 * @param actions what it does
 */
record NodeActions(String tool, String description, String fields, List<Action> actions) {
  private static final long WAIT_MS = 20_000;
  private static final int LONGEST_RECORDING_MS = 60_000;
  private static final String DURATION = "durationMs";
  private static final String FACING =
      "\"facing\":{\"type\":\"string\",\"enum\":[\"front\",\"back\"]},";
  private static final String SHRINK =
      "\"maxWidth\":{\"type\":\"integer\"},\"quality\":{\"type\":\"number\"}";
  private static final String LENGTH =
      "\"durationMs\":{\"type\":\"integer\",\"description\":\"at most 60000\"},"
          + "\"includeAudio\":{\"type\":\"boolean\"}";

  static final List<NodeActions> ALL =
      List.of(
          new NodeActions(
              "camera",
              "Uses the camera of a node: lists its cameras, takes a picture that you then see, or"
                  + " records a clip for people.",
              FACING
                  + SHRINK
                  + ","
                  + LENGTH
                  + ",\"delayMs\":{\"type\":\"integer\"},\"deviceId\":{\"type\":\"string\"}",
              List.of(
                  new Action("snap", "camera.snap", List.of(), snap()),
                  new Action("list", "camera.list", List.of(), Map.of()),
                  new Action("clip", "camera.clip", List.of(), clip()))),
          new NodeActions(
              "screen",
              "Records the screen of a node, for people.",
              LENGTH + ",\"screenIndex\":{\"type\":\"integer\"},\"fps\":{\"type\":\"number\"}",
              List.of(new Action("record", "screen.record", List.of(), record()))),
          new NodeActions(
              "location",
              "Says where a node is.",
              "\"desiredAccuracy\":{\"type\":\"string\",\"enum\":[\"coarse\",\"balanced\",\"precise\"]},"
                  + "\"maxAgeMs\":{\"type\":\"integer\"}",
              List.of(new Action("get", "location.get", List.of(), Map.of("timeoutMs", 15_000)))),
          new NodeActions(
              "canvas",
              "Shows something on the canvas of a node: present (a page), navigate, eval (a script"
                  + " in the page), snapshot (a picture that you then see), a2ui_push (lines of"
                  + " A2UI), a2ui_reset, hide.",
              "\"url\":{\"type\":\"string\"},\"javaScript\":{\"type\":\"string\"},"
                  + "\"jsonl\":{\"type\":\"string\"},"
                  + SHRINK,
              List.of(
                  new Action("present", "canvas.present", List.of(), Map.of()),
                  new Action("hide", "canvas.hide", List.of(), Map.of()),
                  new Action("navigate", "canvas.navigate", List.of("url"), Map.of()),
                  new Action("eval", "canvas.eval", List.of("javaScript"), Map.of()),
                  new Action(
                      "snapshot",
                      "canvas.snapshot",
                      List.of(),
                      Map.of("format", "jpeg", "maxWidth", 1_280)),
                  new Action("a2ui_push", "canvas.a2ui.pushJSONL", List.of("jsonl"), Map.of()),
                  new Action("a2ui_reset", "canvas.a2ui.reset", List.of(), Map.of()))),
          new NodeActions(
              "notify",
              "Shows a notice on a node.",
              "\"title\":{\"type\":\"string\"},\"body\":{\"type\":\"string\"},"
                  + "\"priority\":{\"type\":\"string\",\"enum\":[\"passive\",\"active\",\"timeSensitive\"]},"
                  + "\"delivery\":{\"type\":\"string\",\"enum\":[\"system\",\"overlay\",\"auto\"]},"
                  + "\"sound\":{\"type\":\"string\"}",
              List.of(new Action("send", "system.notify", List.of("body"), Map.of()))));

  NodeActions {
    actions = List.copyOf(actions);
  }

  private static Map<String, Object> snap() {
    return Map.of("facing", "front", "maxWidth", 1_280, "quality", 0.8, "format", "jpg");
  }

  private static Map<String, Object> clip() {
    return Map.of("facing", "front", DURATION, 3_000, "includeAudio", true, "format", "mp4");
  }

  private static Map<String, Object> record() {
    return Map.of(
        DURATION, 10_000, "screenIndex", 0, "fps", 10, "includeAudio", true, "format", "mp4");
  }

  /**
   * One thing a node does.
   *
   * @param command of the node
   * @param required arguments that it does not do without
   * @param defaults sent when the model says nothing else
   */
  record Action(String name, String command, List<String> required, Map<String, Object> defaults) {
    Action {
      required = List.copyOf(required);
      defaults = Map.copyOf(defaults);
    }

    /** The first required argument that is not there, or null. */
    @Nullable String missing(ObjectNode arguments) {
      for (String field : required) {
        if (Json.nonBlank(arguments, field) == null) {
          return field;
        }
      }
      return null;
    }

    /** What the node is sent. */
    ObjectNode params(ObjectNode arguments) {
      ObjectNode params = (ObjectNode) Json.mapper().<JsonNode>valueToTree(defaults);
      params.setAll(arguments);
      // Nobody but the gateway says how a file comes.
      if (defaults.containsKey("format")) {
        params.set("format", Json.mapper().valueToTree(defaults.get("format")));
      }
      params.remove(List.of("node", "action"));
      if (params.has(DURATION)) {
        params.put(DURATION, Math.clamp(params.path(DURATION).asInt(), 1, LONGEST_RECORDING_MS));
      }
      return params;
    }

    /** How long to wait for it, in milliseconds. */
    long timeoutMs(ObjectNode params) {
      long delay = Math.clamp(params.path("delayMs").asLong(), 0, LONGEST_RECORDING_MS);
      return WAIT_MS + delay + params.path(DURATION).asLong();
    }
  }

  /** The action that is meant; null when there is none of that name. */
  @Nullable Action of(ObjectNode arguments) {
    String name = Json.nonBlank(arguments, "action");
    if (name == null) {
      return actions.size() == 1 ? actions.getFirst() : null;
    }
    return actions.stream().filter(action -> action.name().equals(name)).findFirst().orElse(null);
  }

  String choose() {
    return "action must be one of: "
        + String.join(", ", actions.stream().map(Action::name).toList());
  }

  /** Of the arguments that the model knows. */
  List<String> fieldNames() {
    List<String> names = new ArrayList<>();
    parameters().path("properties").fieldNames().forEachRemaining(names::add);
    return names;
  }

  ObjectNode parameters() {
    ObjectNode schema =
        Json.parseObject(
            "{\"type\":\"object\",\"properties\":{\"node\":{\"type\":\"string\",\"description\":"
                + "\"id or name of the node; may be left out when one offers it\"},"
                + fields
                + "}}");
    if (actions.size() > 1) {
      ObjectNode action = Json.object().put("type", "string");
      ArrayNode names = action.putArray("enum");
      actions.forEach(known -> names.add(known.name()));
      ((ObjectNode) schema.path("properties")).set("action", action);
      schema.putArray("required").add("action");
    } else {
      ArrayNode required = schema.putArray("required");
      actions.getFirst().required().forEach(required::add);
    }
    return schema;
  }
}
