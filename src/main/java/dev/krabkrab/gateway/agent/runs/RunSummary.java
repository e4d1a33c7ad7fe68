package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.TurnResult;
import dev.krabkrab.gateway.agent.sessions.Conversation;
import dev.krabkrab.gateway.agent.sessions.DeliveryContext;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Summary of a run, for its session and its requester. Protocol 04 §12, §16.1. */
final class RunSummary {
  private RunSummary() {}

  /** Fields of the session; those with a plus are added to what is there. */
  static Map<String, JsonNode> counters(TurnResult result) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return Map.of(
        "+inputTokens", json.numberNode(result.usage().input()),
        "+outputTokens", json.numberNode(result.usage().output()),
        "totalTokens", json.numberNode(result.context()),
        "modelProvider", json.textNode(result.model().provider()),
        "model", json.textNode(result.model().id()));
  }

  /** Fields of the session that tell where its last message came from. */
  static Map<String, JsonNode> way(DeliveryContext way) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    String account = way.accountId();
    return Map.of(
        "deliveryContext", way.toJson(),
        "lastChannel", json.textNode(way.channel()),
        "lastTo", json.textNode(way.to()),
        "lastAccountId", json.textNode(account == null ? "" : account));
  }

  /** The {@code meta} of a result. */
  static ObjectNode meta(
      @Nullable Conversation in, @Nullable TurnResult result, boolean aborted, long durationMs) {
    ObjectNode meta = Json.object().put("durationMs", Math.max(0, durationMs));
    ObjectNode agent = meta.putObject("agentMeta");
    if (in != null) {
      agent.put("sessionId", in.sessionId());
    }
    if (result != null) {
      agent.put("provider", result.model().provider()).put("model", result.model().id());
      agent
          .putObject("usage")
          .put("input", result.usage().input())
          .put("output", result.usage().output())
          .put("cacheRead", result.usage().cacheRead())
          .put("cacheWrite", result.usage().cacheWrite())
          .put("total", result.usage().total());
      if (result.call() != null) {
        meta.put("stopReason", "tool_calls")
            .putArray("pendingToolCalls")
            .addObject()
            .put("id", result.call().id())
            .put("name", result.call().name())
            .put("arguments", Json.text(result.call().arguments()));
      }
    }
    return meta.put("aborted", aborted);
  }
}
