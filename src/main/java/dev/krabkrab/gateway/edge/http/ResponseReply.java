package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.runs.RunOutcome;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.jspecify.annotations.Nullable;

/**
 * An answer of {@code /v1/responses}. Protocol 04 §21.
 *
 * @param item id of its message
 * @param created in seconds since 1970
 * @param previous id of the response that it goes on from, or null
 * @param store whether others may go on from it
 */
record ResponseReply(
    String id, String item, String model, long created, @Nullable String previous, boolean store) {
  /** What OpenAI's clients read without asking whether it is there is there. */
  ObjectNode object(String status) {
    ObjectNode json =
        Json.object()
            .put("id", id)
            .put("object", "response")
            .put("created_at", created)
            .put("status", status)
            .put("model", model)
            .putNull("error")
            .putNull("incomplete_details")
            .putNull("instructions")
            .putNull("metadata")
            .put("previous_response_id", previous)
            .put("store", store)
            .putNull("temperature")
            .putNull("top_p")
            .put("parallel_tool_calls", false)
            .put("tool_choice", "auto");
    json.putArray("tools");
    json.putArray("output");
    return json;
  }

  ObjectNode message(String status, @Nullable String text) {
    ObjectNode message =
        Json.object().put("type", "message").put("id", item).put("role", "assistant");
    ArrayNode content = message.putArray("content");
    if (text != null) {
      content.add(part(text));
    }
    return message.put("status", status);
  }

  static ObjectNode part(String text) {
    ObjectNode part = Json.object().put("type", "output_text").put("text", text);
    part.putArray("annotations");
    part.putArray("logprobs");
    return part;
  }

  /** The whole answer. */
  ObjectNode finished(RunOutcome outcome) {
    if (outcome.isFailure()) {
      ObjectNode failed = object("failed");
      failed
          .putObject("error")
          .put("code", "api_error")
          .put("message", "Error: " + outcome.error());
      failed.set("usage", usage(outcome));
      return failed;
    }
    ObjectNode call = call(outcome);
    ObjectNode done = object(call == null ? "completed" : "incomplete");
    ArrayNode output = done.putArray("output");
    if (call == null || !outcome.text().isEmpty()) {
      output.add(message("completed", text(outcome)));
    }
    if (call != null) {
      output.add(call);
    }
    done.set("usage", usage(outcome));
    return done;
  }

  /** The call that the client is to carry out, or null. */
  static @Nullable ObjectNode call(RunOutcome outcome) {
    JsonNode meta = outcome.meta();
    JsonNode call = meta == null ? Json.object() : meta.at("/pendingToolCalls/0");
    if (!call.isObject() || !call.has("id")) {
      return null;
    }
    String id = call.path("id").asText();
    return Json.object()
        .put("type", "function_call")
        .put("id", id.startsWith("call_") ? id : "call_" + id)
        .put("call_id", id)
        .put("name", call.path("name").asText())
        .put("arguments", call.path("arguments").asText())
        .put("status", "completed");
  }

  static String text(RunOutcome outcome) {
    return outcome.text().isEmpty() ? AgentHttp.NO_ANSWER : outcome.text();
  }

  private static ObjectNode usage(RunOutcome outcome) {
    RunTokens tokens = RunTokens.of(outcome);
    ObjectNode usage =
        Json.object()
            .put("input_tokens", tokens.input())
            .put("output_tokens", tokens.output())
            .put("total_tokens", tokens.total());
    usage
        .putObject("input_tokens_details")
        .put("cached_tokens", tokens.cached())
        .put("cache_write_tokens", tokens.cacheWritten());
    usage.putObject("output_tokens_details").put("reasoning_tokens", 0);
    return usage;
  }
}
