package dev.krabkrab.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.http.HttpBody.BadBody;
import dev.krabkrab.gateway.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a body of {@code /v1/responses} says. Protocol 04 §21. */
final class ResponsesInput {
  private static final Set<String> FIELDS =
      Set.of(
          "model",
          "input",
          "instructions",
          "tools",
          "tool_choice",
          "stream",
          "max_output_tokens",
          "max_tool_calls",
          "user",
          "temperature",
          "top_p",
          "metadata",
          "store",
          "previous_response_id",
          "reasoning",
          "truncation");

  private ResponsesInput() {}

  /**
   * Reads it.
   *
   * @throws BadBody for what is not in the protocol, or not served
   */
  static Prompt read(ObjectNode body) {
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        throw new BadBody(400, ": Unrecognized key: \"" + field.getKey() + "\"");
      }
    }
    if (Json.nonBlank(body, "model") == null) {
      throw new BadBody(400, "model: must be a non-empty string");
    }
    checkTools(body);
    JsonNode input = body.path("input");
    List<String> roles = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    List<String> instructions = new ArrayList<>();
    String given = Json.nonBlank(body, "instructions");
    if (given != null) {
      instructions.add(given);
    }
    if (input.isTextual()) {
      roles.add("User");
      texts.add(input.textValue());
    } else if (input.isArray()) {
      input.forEach(item -> item(item, roles, texts, instructions));
    } else {
      throw new BadBody(400, "input: must be a string or an array of items");
    }
    return Prompt.fold(
        roles, texts, instructions.isEmpty() ? null : String.join("\n\n", instructions));
  }

  private static void checkTools(ObjectNode body) {
    boolean tools = !body.path("tools").isEmpty();
    JsonNode choice = body.path("tool_choice");
    if (choice.asText().equals("required") && !tools) {
      throw new BadBody(400, "Error: tool_choice=required but no tools were provided");
    }
    if (choice.isObject()) {
      String name = choice.at("/function/name").asText(choice.path("name").asText(""));
      throw new BadBody(
          400,
          name.isBlank()
              ? "Error: tool_choice.function.name is required"
              : "Error: tool_choice requested unknown tool: " + name);
    }
    if (tools) {
      throw new BadBody(
          400,
          "Error: tools of the client are not served; agents use the tools that the gateway"
              + " document gives them");
    }
  }

  private static void item(
      JsonNode item, List<String> roles, List<String> texts, List<String> instructions) {
    String type = item.path("type").asText("message");
    switch (type) {
      case "message" -> {
        String text = text(item.path("content"));
        switch (item.path("role").asText()) {
          case "system", "developer" -> instructions.add(text);
          case "assistant" -> said("Assistant", text, roles, texts);
          case "user" -> said("User", text, roles, texts);
          default -> throw new BadBody(400, "input: unknown role " + item.path("role"));
        }
      }
      case "function_call_output" -> said("Tool", item.path("output").asText(), roles, texts);
      case "function_call", "reasoning", "item_reference" -> {
        // Accepted; they say nothing to an agent.
      }
      default -> throw new BadBody(400, "input: unknown item type " + type);
    }
  }

  private static void said(String role, String text, List<String> roles, List<String> texts) {
    roles.add(role);
    texts.add(text);
  }

  private static String text(JsonNode content) {
    if (content.isTextual()) {
      return content.textValue();
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode part : content) {
      switch (part.path("type").asText()) {
        case "input_text", "output_text", "text" -> texts.add(part.path("text").asText());
        case "input_image", "input_file" ->
            throw new BadBody(
                400,
                "Error: "
                    + part.path("type").asText()
                    + " is not served here; /v1/chat/completions takes images as data URLs");
        default -> {
          // Other parts say nothing to an agent.
        }
      }
    }
    return String.join("\n", texts);
  }
}
