package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.runs.ClientTools;
import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code tools} and {@code tool_choice} of a body of {@code /v1/responses} or {@code
 * /v1/chat/completions}. Protocol 04 §21.
 *
 * @param required whether the model has to call one of them
 * @param instruction the instruction to the model about the choice, because not every provider can
 *     be made to keep it; null for nothing
 */
record ToolChoice(List<ClientTools.Tool> tools, boolean required, @Nullable String instruction) {
  private static final int MOST = 128;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /**
   * Reads them.
   *
   * @throws BadBody for what is not in the protocol
   */
  static ToolChoice of(ObjectNode body) {
    List<ClientTools.Tool> tools = new ArrayList<>();
    if (body.hasNonNull("tools") && !body.path("tools").isArray()) {
      throw new BadBody(400, "tools: must be an array");
    }
    for (JsonNode tool : body.path("tools")) {
      tools.add(tool(tool));
    }
    if (tools.size() > MOST) {
      throw new BadBody(400, "Error: tools: at most " + MOST + " are taken");
    }
    JsonNode choice = body.path("tool_choice");
    if (choice.isObject()) {
      return only(named(choice), tools);
    }
    return switch (choice.isNull() ? "auto" : choice.asText("auto")) {
      case "none" -> new ToolChoice(List.of(), false, null);
      case "required" -> {
        if (tools.isEmpty()) {
          throw new BadBody(400, "Error: tool_choice=required but no tools were provided");
        }
        yield new ToolChoice(
            tools, true, "You must call one of the available tools before responding.");
      }
      case "auto" -> new ToolChoice(tools, false, null);
      default ->
          throw new BadBody(
              400, "tool_choice: must be auto, none, required or a function of tools");
    };
  }

  /** Both ways to write it are in use: flat, and under {@code function}. */
  private static ClientTools.Tool tool(JsonNode given) {
    if (!given.path("type").asText().equals("function")) {
      throw new BadBody(
          400, "tools: type must be \"function\", not " + given.path("type").toString());
    }
    JsonNode tool = given.path("function").isObject() ? given.path("function") : given;
    String name = tool.path("name").asText("");
    if (!NAME.matcher(name).matches()) {
      throw new BadBody(400, "tools: name must be 1 to 64 letters, digits, _ or -");
    }
    ObjectNode parameters =
        tool.path("parameters") instanceof ObjectNode schema
            ? schema
            : Json.object().put("type", "object");
    return new ClientTools.Tool(name, tool.path("description").asText(""), parameters);
  }

  private static String named(JsonNode choice) {
    String name = choice.at("/function/name").asText(choice.path("name").asText("")).strip();
    if (name.isEmpty()) {
      throw new BadBody(400, "Error: tool_choice.function.name is required");
    }
    return name;
  }

  private static ToolChoice only(String name, List<ClientTools.Tool> tools) {
    List<ClientTools.Tool> chosen =
        tools.stream().filter(tool -> tool.name().equals(name)).toList();
    if (chosen.isEmpty()) {
      throw new BadBody(400, "Error: tool_choice requested unknown tool: " + name);
    }
    return new ToolChoice(chosen, true, "You must call the " + name + " tool before responding.");
  }
}
