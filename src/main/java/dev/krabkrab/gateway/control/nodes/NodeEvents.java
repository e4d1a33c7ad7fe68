package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.control.nodes.AgentRequests.Question;
import dev.krabkrab.gateway.control.nodes.NodeSessions.Connected;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events that nodes send by {@code node.event}. Whatever is unknown, incomplete or not for this
 * node is ignored without a word, since nodes take any refusal for a fault; one conversation too
 * many is refused, since the node would wait for its events in vain. Protocol 02 §11.
 */
final class NodeEvents {
  private static final Logger LOG = LoggerFactory.getLogger(NodeEvents.class);
  private static final int LONGEST_MESSAGE = 20_000;
  private static final int LONGEST_OUTPUT = 4_000;
  private static final String MAIN = "main";
  private static final String SPOKEN_THINKING = "low";

  private final ChatSubscriptions subscriptions;
  private final NodeSessions sessions;
  private final SystemEvents systemEvents;
  private final AgentRequests agents;
  private final InvokeMetrics metrics;
  private final Map<String, Set<String>> logged = new HashMap<>();

  NodeEvents(
      ChatSubscriptions subscriptions,
      NodeSessions sessions,
      SystemEvents systemEvents,
      AgentRequests agents,
      InvokeMetrics metrics) {
    this.subscriptions = subscriptions;
    this.sessions = sessions;
    this.systemEvents = systemEvents;
    this.agents = agents;
    this.metrics = metrics;
  }

  /** Takes an event; false when nothing here acts on it. */
  Future<Boolean> accept(Caller caller, String event, JsonNode params) {
    JsonNode payload = payload(params);
    return switch (event) {
      case "chat.subscribe", "chat.unsubscribe" -> subscription(caller, event, payload).map(true);
      case "exec.started", "exec.finished", "exec.denied" ->
          execution(caller, event, payload).map(true);
      case "voice.transcript" -> spoken(caller, event, payload).map(true);
      case "agent.request" -> written(caller, event, payload).map(true);
      default -> Future.succeededFuture(false);
    };
  }

  /** The node's connection is gone. */
  void closed(String connId) {
    logged.remove(connId);
  }

  private static @Nullable JsonNode payload(JsonNode params) {
    String text = Json.textOrNull(params, "payloadJSON");
    JsonNode payload = text == null ? params.get("payload") : Json.tryParse(text);
    return payload != null && payload.isObject() ? payload : null;
  }

  private Future<Void> spoken(Caller caller, String event, @Nullable JsonNode payload) {
    String text = message(payload, "text");
    if (text == null) {
      return Future.succeededFuture();
    }
    String named = Json.nonBlank(payload, "sessionKey");
    String session = named == null ? MAIN : named;
    return connected(caller, event, session)
        .onSuccess(
            how -> {
              if (how != null) {
                agents.ask(
                    new Question(
                        caller.nodeId(),
                        source(caller),
                        how.acts(),
                        true,
                        session,
                        SafeText.line(text),
                        SPOKEN_THINKING,
                        0,
                        null,
                        null));
              }
            })
        .mapEmpty();
  }

  private Future<Void> written(Caller caller, String event, @Nullable JsonNode payload) {
    String message = message(payload, "message");
    if (message == null || payload == null) {
      return Future.succeededFuture();
    }
    String named = Json.nonBlank(payload, "sessionKey");
    String session = named == null ? "node-" + caller.nodeId() : named;
    boolean deliver = payload.path("deliver").asBoolean();
    return connected(caller, event, session)
        .onSuccess(
            how -> {
              if (how != null) {
                agents.ask(
                    new Question(
                        caller.nodeId(),
                        source(caller),
                        how.acts(),
                        false,
                        session,
                        SafeText.line(message),
                        Json.nonBlank(payload, "thinking"),
                        Math.max(0, payload.path("timeoutSeconds").asLong(0)) * 1_000,
                        deliver ? stripped(payload, "channel") : null,
                        deliver ? stripped(payload, "to") : null));
              }
            })
        .mapEmpty();
  }

  private static String source(Caller caller) {
    return NodeText.source(caller.label(), caller.nodeId());
  }

  private static @Nullable String stripped(JsonNode payload, String field) {
    String text = Json.nonBlank(payload, field);
    return text == null ? null : text.strip();
  }

  private static @Nullable String message(@Nullable JsonNode payload, String field) {
    String text = Json.nonBlank(payload, field);
    return text == null || text.length() > LONGEST_MESSAGE ? null : text.strip();
  }

  /** How the node is connected with the session, or null when it is not. */
  private Future<@Nullable Connected> connected(Caller caller, String event, String session) {
    return sessions
        .of(caller.nodeId(), session)
        .map(
            how -> {
              if (how.isEmpty()) {
                refused(
                    caller,
                    event,
                    "session "
                        + SafeText.line(session)
                        + " (gateway.nodes.sessions opens some to all nodes)");
              }
              return how.orElse(null);
            });
  }

  private void refused(Caller caller, String event, String what) {
    metrics.eventRefused();
    boolean first = logged.computeIfAbsent(caller.connId(), id -> new HashSet<>()).add(event);
    if (first) {
      String shown = what.length() > 200 ? what.substring(0, 200) : what;
      LOG.warn("{} of {} is ignored: nobody asked it for {}", event, source(caller), shown);
    }
  }

  private Future<Void> subscription(Caller caller, String event, @Nullable JsonNode payload) {
    String sessionKey = Json.nonBlank(payload, "sessionKey");
    if (sessionKey == null) {
      return Future.succeededFuture();
    }
    if (event.equals("chat.unsubscribe")) {
      subscriptions.unsubscribe(caller.connId(), sessionKey);
      return Future.succeededFuture();
    }
    return connected(caller, event, sessionKey)
        .map(
            how -> {
              if (how != null) {
                subscriptions.subscribe(caller.connId(), sessionKey, how.lasts());
              }
              return null;
            });
  }

  /** Goes to the session that the run belongs to, whatever the node says. */
  private Future<Void> execution(Caller caller, String event, @Nullable JsonNode payload) {
    String runId = Json.nonBlank(payload, "runId");
    if (payload == null) {
      return Future.succeededFuture();
    }
    if (runId == null) {
      refused(caller, event, "a run without id");
      return Future.succeededFuture();
    }
    boolean last = !event.equals("exec.started");
    return sessions
        .ofRun(caller.nodeId(), runId, last)
        .onSuccess(
            session ->
                session.ifPresentOrElse(
                    key ->
                        systemEvents.enqueue(
                            key, text(caller, event, runId, payload), "exec:" + runId),
                    () -> refused(caller, event, "run " + SafeText.line(runId))))
        .mapEmpty();
  }

  private static String text(Caller caller, String event, String runId, JsonNode payload) {
    String who = "node=" + named(caller.nodeId()) + " id=" + named(runId);
    String said =
        switch (event) {
          case "exec.started" -> "Exec started (" + who + ")" + command(payload);
          case "exec.finished" -> finished(who, payload);
          default -> denied(who, payload);
        };
    return SafeText.line(said);
  }

  private static String finished(String who, JsonNode payload) {
    JsonNode code = payload.get("exitCode");
    String end =
        payload.path("timedOut").asBoolean(false)
            ? "timeout"
            : "code " + (code != null && code.isNumber() ? code.asText() : "?");
    String output = Json.nonBlank(payload, "output");
    return "Exec finished (" + who + ", " + end + ")" + (output == null ? "" : "\n" + cut(output));
  }

  /** The end says most. */
  private static String cut(String output) {
    String text = output.strip();
    return text.length() <= LONGEST_OUTPUT
        ? text
        : "… " + text.substring(text.length() - LONGEST_OUTPUT);
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
