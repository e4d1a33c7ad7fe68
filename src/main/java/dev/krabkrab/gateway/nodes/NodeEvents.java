package dev.krabkrab.gateway.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.nodes.AgentRequests.Asked;
import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * What a node tells by {@code node.event}. Whatever is unknown or incomplete is ignored without a
 * word, since nodes take any refusal for a fault; one conversation too many is refused, since the
 * node would wait for its events in vain. Protocol 02 §11.
 */
final class NodeEvents {
  private static final int LONGEST_MESSAGE = 20_000;
  private static final String MAIN = "main";
  private static final String SPOKEN_THINKING = "low";

  private final ChatSubscriptions subscriptions;
  private final SystemEvents systemEvents;
  private final AgentRequests agents;

  NodeEvents(ChatSubscriptions subscriptions, SystemEvents systemEvents, AgentRequests agents) {
    this.subscriptions = subscriptions;
    this.systemEvents = systemEvents;
    this.agents = agents;
  }

  /** Takes an event; false when nothing here acts on it. */
  boolean accept(Caller caller, String event, JsonNode params) {
    JsonNode payload = payload(params);
    switch (event) {
      case "chat.subscribe", "chat.unsubscribe" -> subscription(caller, event, payload);
      case "exec.started", "exec.finished", "exec.denied" ->
          execution(caller.nodeId(), event, payload);
      case "voice.transcript" -> spoken(payload);
      case "agent.request" -> written(caller.nodeId(), payload);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static @Nullable JsonNode payload(JsonNode params) {
    String text = Json.textOrNull(params, "payloadJSON");
    JsonNode payload = text == null ? params.get("payload") : Json.tryParse(text);
    return payload != null && payload.isObject() ? payload : null;
  }

  private void spoken(@Nullable JsonNode payload) {
    String text = message(payload, "text");
    if (text != null) {
      String sessionKey = Json.nonBlank(payload, "sessionKey");
      agents.ask(
          new Asked(
              true, sessionKey == null ? MAIN : sessionKey, text, SPOKEN_THINKING, 0, null, null));
    }
  }

  private void written(String nodeId, @Nullable JsonNode payload) {
    String message = message(payload, "message");
    if (message != null && payload != null) {
      String sessionKey = Json.nonBlank(payload, "sessionKey");
      boolean deliver = payload.path("deliver").asBoolean();
      agents.ask(
          new Asked(
              false,
              sessionKey == null ? "node-" + nodeId : sessionKey,
              message,
              Json.nonBlank(payload, "thinking"),
              Math.max(0, payload.path("timeoutSeconds").asLong(0)) * 1_000,
              deliver ? stripped(payload, "channel") : null,
              deliver ? stripped(payload, "to") : null));
    }
  }

  private static @Nullable String stripped(JsonNode payload, String field) {
    String text = Json.nonBlank(payload, field);
    return text == null ? null : text.strip();
  }

  private static @Nullable String message(@Nullable JsonNode payload, String field) {
    String text = Json.nonBlank(payload, field);
    return text == null || text.length() > LONGEST_MESSAGE ? null : text.strip();
  }

  private void subscription(Caller caller, String event, @Nullable JsonNode payload) {
    String sessionKey = Json.nonBlank(payload, "sessionKey");
    if (sessionKey == null) {
      return;
    }
    if (event.equals("chat.subscribe")) {
      subscriptions.subscribe(caller.connId(), sessionKey);
    } else {
      subscriptions.unsubscribe(caller.connId(), sessionKey);
    }
  }

  private void execution(String nodeId, String event, @Nullable JsonNode payload) {
    if (payload == null) {
      return;
    }
    String given = Json.textOrNull(payload, "sessionKey");
    String sessionKey = given == null ? "node-" + nodeId : given.strip();
    if (sessionKey.isEmpty()) {
      return;
    }
    String runId = Json.nonBlank(payload, "runId");
    String who = "node=" + named(nodeId) + (runId == null ? "" : " id=" + named(runId));
    String text =
        switch (event) {
          case "exec.started" -> "Exec started (" + who + ")" + command(payload);
          case "exec.finished" -> finished(who, payload);
          default -> denied(who, payload);
        };
    systemEvents.enqueue(sessionKey, text, runId == null ? "exec" : "exec:" + runId);
  }

  private static String finished(String who, JsonNode payload) {
    JsonNode code = payload.get("exitCode");
    String end =
        payload.path("timedOut").asBoolean(false)
            ? "timeout"
            : "code " + (code != null && code.isNumber() ? code.asText() : "?");
    String output = Json.nonBlank(payload, "output");
    return "Exec finished (" + who + ", " + end + ")" + (output == null ? "" : "\n" + output);
  }

  private static String denied(String who, JsonNode payload) {
    String reason = Json.nonBlank(payload, "reason");
    return "Exec denied ("
        + who
        + (reason == null ? "" : ", " + named(reason))
        + ")"
        + command(payload);
  }

  private static String command(JsonNode payload) {
    String command = Json.nonBlank(payload, "command");
    return command == null ? "" : ": " + SafeText.line(command);
  }

  /** A name that a node says, which ends no line and no bracket of ours. */
  private static String named(String value) {
    return SafeText.line(value).replace(')', '_');
  }
}
