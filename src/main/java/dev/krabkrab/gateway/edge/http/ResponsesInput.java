package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.runs.ClientTools;
import dev.krabkrab.gateway.edge.http.HttpBody.BadBody;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The parsed body of {@code /v1/responses}. Protocol 04 §21.
 *
 * @param client tools of the client, and the results of those that were called
 */
record ResponsesInput(Prompt prompt, ClientTools client) {
  static final Set<String> FIELDS =
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

  /**
   * Looks at everything but the input.
   *
   * @throws BadBody for what is not in the protocol
   */
  static void check(ObjectNode body) {
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      if (!FIELDS.contains(field.getKey())) {
        throw new BadBody(400, ": Unrecognized key: \"" + field.getKey() + "\"");
      }
    }
    if (Json.nonBlank(body, "model") == null) {
      throw new BadBody(400, "model: must be a non-empty string");
    }
    ToolChoice.of(body);
  }

  /**
   * Reads one that was looked at, and whose files are in itself.
   *
   * @throws BadBody for what is not in the protocol, or not served
   */
  static ResponsesInput read(ObjectNode body) {
    ToolChoice tools = ToolChoice.of(body);
    Reading reading = new Reading();
    String given = Json.nonBlank(body, "instructions");
    if (given != null) {
      reading.instructions.add(given);
    }
    JsonNode input = body.path("input");
    if (input.isTextual()) {
      reading.said("User", input.textValue());
    } else if (input.isArray()) {
      input.forEach(reading::item);
    } else {
      throw new BadBody(400, "input: must be a string or an array of items");
    }
    if (tools.instruction() != null) {
      reading.instructions.add(tools.instruction());
    }
    return reading.done(tools, Math.max(0, body.path("max_output_tokens").asInt(0)));
  }

  private static final class Reading {
    private final List<String> roles = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final List<String> instructions = new ArrayList<>();
    private final List<ClientTools.Output> outputs = new ArrayList<>();
    private final InputParts parts = new InputParts();

    private void item(JsonNode item) {
      switch (item.path("type").asText("message")) {
        case "message" -> {
          String text = parts.text(item.path("content"));
          switch (item.path("role").asText()) {
            case "system", "developer" -> instructions.add(text);
            case "assistant" -> said("Assistant", text);
            case "user" -> said("User", text);
            default -> throw new BadBody(400, "input: unknown role " + item.path("role"));
          }
        }
        case "function_call" -> said("Assistant", Prompt.called(item));
        case "function_call_output" -> {
          JsonNode output = item.path("output");
          String text = output.isArray() ? parts.text(output) : output.asText();
          outputs.add(new ClientTools.Output(item.path("call_id").asText(""), text));
          said("Tool", text);
        }
        case "reasoning", "item_reference" -> {
          // Accepted; they say nothing to an agent.
        }
        default -> throw new BadBody(400, "input: unknown item type " + item.path("type").asText());
      }
    }

    private void said(String role, String text) {
      roles.add(role);
      texts.add(text);
    }

    /**
     * A client that sends results and nothing else goes on in its session, where the calls are; one
     * that sends the whole conversation again may be in another session, and has it folded.
     */
    private ResponsesInput done(ToolChoice tools, int maxTokens) {
      String joined = instructions.isEmpty() ? null : String.join("\n\n", instructions);
      boolean goesOn = !outputs.isEmpty() && roles.stream().allMatch("Tool"::equals);
      return goesOn
          ? new ResponsesInput(
              new Prompt("", parts.images(), joined),
              new ClientTools(tools.tools(), outputs, maxTokens, tools.required()))
          : new ResponsesInput(
              Prompt.fold(roles, texts, parts.images(), joined),
              new ClientTools(tools.tools(), List.of(), maxTokens, tools.required()));
    }
  }
}
