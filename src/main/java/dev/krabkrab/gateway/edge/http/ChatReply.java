package dev.krabkrab.gateway.edge.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.runs.RunOutcome;
import dev.krabkrab.gateway.platform.protocol.Json;
import org.jspecify.annotations.Nullable;

/**
 * An answer of {@code /v1/chat/completions}, whole or in chunks. Protocol 04 §20.
 *
 * @param created in seconds since 1970
 */
record ChatReply(String id, String model, long created) {
  private static final String STOP = "stop";
  private static final String TOOL_CALLS = "tool_calls";
  private static final String CONTENT = "content";

  /** The whole answer of a run that did not fail. */
  ObjectNode whole(RunOutcome outcome) {
    ObjectNode call = call(outcome);
    ObjectNode json = head("chat.completion");
    ObjectNode choice = json.putArray("choices").addObject().put("index", 0);
    ObjectNode message = choice.putObject("message").put("role", "assistant");
    if (call == null) {
      message.put(CONTENT, text(outcome));
    } else {
      message.put(CONTENT, outcome.text().isEmpty() ? null : outcome.text());
      message.putArray(TOOL_CALLS).add(call);
    }
    choice.put("finish_reason", call == null ? STOP : TOOL_CALLS);
    json.set("usage", usage(outcome));
    return json;
  }

  ObjectNode first() {
    return chunk(Json.object().put("role", "assistant").put(CONTENT, ""), null);
  }

  ObjectNode piece(String text) {
    return chunk(Json.object().put(CONTENT, text), null);
  }

  /** The call that the client is to carry out, or null. */
  @Nullable ObjectNode called(RunOutcome outcome) {
    ObjectNode call = call(outcome);
    if (call == null) {
      return null;
    }
    ObjectNode delta = Json.object();
    delta.putArray(TOOL_CALLS).addObject().put("index", 0).setAll(call);
    return chunk(delta, null);
  }

  ObjectNode last(RunOutcome outcome) {
    return chunk(Json.object(), call(outcome) == null ? STOP : TOOL_CALLS);
  }

  /** The chunk with what an answer took. */
  ObjectNode taken(RunOutcome outcome) {
    ObjectNode last = head("chat.completion.chunk");
    last.putArray("choices");
    last.set("usage", usage(outcome));
    return last;
  }

  static String text(RunOutcome outcome) {
    return outcome.text().isEmpty() ? AgentHttp.NO_ANSWER : outcome.text();
  }

  private static @Nullable ObjectNode call(RunOutcome outcome) {
    ObjectNode called = ResponseReply.call(outcome);
    if (called == null) {
      return null;
    }
    ObjectNode call =
        Json.object().put("id", called.path("call_id").asText()).put("type", "function");
    call.putObject("function")
        .put("name", called.path("name").asText())
        .put("arguments", called.path("arguments").asText());
    return call;
  }

  private ObjectNode head(String object) {
    return Json.object()
        .put("id", id)
        .put("object", object)
        .put("created", created)
        .put("model", model);
  }

  private ObjectNode chunk(ObjectNode delta, @Nullable String reason) {
    ObjectNode json = head("chat.completion.chunk");
    ObjectNode choice = json.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.put("finish_reason", reason);
    return json;
  }

  private static ObjectNode usage(RunOutcome outcome) {
    RunTokens tokens = RunTokens.of(outcome);
    return Json.object()
        .put("prompt_tokens", tokens.input())
        .put("completion_tokens", tokens.output())
        .put("total_tokens", tokens.total());
  }
}
