package dev.krabkrab.gateway.agent.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads answers of Anthropic's Messages API: blocks one after the other, then why the model stopped
 * ({@code message_delta}) and {@code message_stop}.
 */
final class AnthropicReader implements AnswerReader {
  private final AnswerParts parts;
  private final StringBuilder thinking = new StringBuilder();
  private final StringBuilder signature = new StringBuilder();
  private final List<String> redacted = new ArrayList<>();
  private int block = -1;
  private @Nullable JsonNode index;
  private String type = "";
  private String call = "";
  private String callName = "";
  private JsonNode input = MissingNode.getInstance();
  private boolean inputInPieces;
  private String reason = "";
  private boolean over;

  AnthropicReader(AnswerParts parts) {
    this.parts = parts;
  }

  @Override
  public State value(@Nullable String event, JsonNode value) {
    String named = value.path("type").asText("");
    String kind = named.isEmpty() && event != null ? event : named;
    switch (kind) {
      case "message_start" -> usage(value.at("/message/usage"));
      case "content_block_start" -> begin(value);
      case "content_block_delta" -> delta(value.path("delta"), value.path("index"));
      case "content_block_stop" -> endBlock();
      case "message_delta" -> stopped(value.path("delta"), value.path("usage"));
      case "message_stop" -> {
        endBlock();
        over = true;
      }
      case "message" -> unstreamed(value);
      case "ping" -> {
        // It is there.
      }
      default -> {
        ProviderError error = ProviderError.inOther(value);
        if (error != null) {
          throw error.failure();
        }
      }
    }
    return over ? State.OVER : State.OPEN;
  }

  private void begin(JsonNode value) {
    endBlock();
    JsonNode begun = value.path("content_block");
    block++;
    index = value.path("index");
    type = begun.path("type").asText("");
    switch (type) {
      case "text" -> parts.text(begun.path("text"));
      case "tool_use" -> {
        call = begun.path("id").asText("");
        callName = begun.path("name").asText("");
        input = begun.path("input");
        inputInPieces = false;
      }
      case "thinking" -> {
        parts.thought();
        thinking.append(begun.path("thinking").asText(""));
        signature.append(begun.path("signature").asText(""));
      }
      case "redacted_thinking" -> {
        parts.thought();
        redacted.add(begun.path("data").asText(""));
      }
      default -> {
        // Nothing that was requested.
      }
    }
  }

  private void delta(JsonNode delta, JsonNode at) {
    boolean other = index != null && !at.isMissingNode() && !at.equals(index);
    switch (delta.path("type").asText("")) {
      case "text_delta" -> parts.text(delta.path("text"));
      case "input_json_delta" -> {
        if (!type.equals("tool_use") || other) {
          throw new ModelFailure("the provider sent a piece of a call that has not begun", true);
        }
        String piece = delta.path("partial_json").asText("");
        inputInPieces |= !piece.isEmpty();
        if (!piece.isEmpty()) {
          addCall(TextNode.valueOf(piece));
        }
      }
      case "thinking_delta" -> {
        parts.thought();
        thinking.append(delta.path("thinking").asText(""));
      }
      case "signature_delta" -> signature.append(delta.path("signature").asText(""));
      default -> {
        // Nothing that was requested.
      }
    }
  }

  private void endBlock() {
    if (type.equals("tool_use") && !inputInPieces) {
      boolean some = input.isObject() && !input.isEmpty();
      addCall(some ? input : MissingNode.getInstance());
    }
    type = "";
  }

  private void addCall(JsonNode arguments) {
    // Its blocks distinguish calls, whatever their numbers are.
    parts.calls().add("block" + block, call, callName, arguments, false);
  }

  private void stopped(JsonNode delta, JsonNode used) {
    String stop = delta.path("stop_reason").asText("");
    reason = stop.isBlank() ? reason : stop;
    usage(used);
  }

  private void unstreamed(JsonNode message) {
    ProviderError error = ProviderError.in(message);
    if (error != null) {
      throw error.failure();
    }
    for (JsonNode one : message.path("content")) {
      begin(Json.object().set("content_block", one));
      endBlock();
    }
    stopped(message, message.path("usage"));
    over = true;
  }

  private void usage(JsonNode used) {
    ModelUsage before = parts.usage();
    parts.usage(
        new ModelUsage(
            newer(used, "input_tokens", before.input()),
            newer(used, "output_tokens", before.output()),
            newer(used, "cache_read_input_tokens", before.cacheRead()),
            newer(used, "cache_creation_input_tokens", before.cacheWrite())));
  }

  private static long newer(JsonNode used, String field, long before) {
    long now = used.path(field).asLong();
    return now > 0 ? now : before;
  }

  @Override
  public State done() {
    return State.OPEN;
  }

  @Override
  public ModelAnswer answer() {
    if (!over || reason.isEmpty()) {
      throw new ModelFailure(
          "the answer broke off: it came without a " + (over ? "stop_reason" : "message_stop"),
          true);
    }
    return parts.answer(reason, "stop_reason", thought());
  }

  private @Nullable ObjectNode thought() {
    if (signature.isEmpty() && redacted.isEmpty()) {
      return null;
    }
    return ThinkingBlocks.block(
        thinking.toString(), signature.isEmpty() ? null : signature.toString(), redacted);
  }
}
