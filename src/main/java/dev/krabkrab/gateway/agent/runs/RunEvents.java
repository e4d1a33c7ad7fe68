package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.agents.AgentTool;
import dev.krabkrab.gateway.agent.sessions.ConversationEvents;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/**
 * The events of one run, in order: {@code agent} events, and {@code chat} events made of them.
 * Protocol 04 §10, §11.
 */
final class RunEvents {
  /** Least time between two pieces of text. Protocol 04 §1. */
  private static final long REST_MS = 150;

  /** Each piece repeats all text before it: the longer it is, the rarer they are. */
  private static final int CHARACTERS_PER_MS = 400;

  private final Vertx vertx;
  private final ConversationEvents events;
  private final InstantSource clock;
  private final String runId;
  private final String sessionKey;
  private final boolean verbose;
  private final StringBuilder text = new StringBuilder();
  private long seq;
  private int published;
  private boolean resting;
  private boolean over;

  /**
   * @param verbose whether tools are shown
   */
  RunEvents(
      Vertx vertx,
      ConversationEvents events,
      InstantSource clock,
      String runId,
      String sessionKey,
      boolean verbose) {
    this.vertx = vertx;
    this.events = events;
    this.clock = clock;
    this.runId = runId;
    this.sessionKey = sessionKey;
    this.verbose = verbose;
  }

  /** Number of the last event. */
  long seq() {
    return seq;
  }

  /** All text so far. */
  String text() {
    return text.toString();
  }

  void started(long atMs) {
    lifecycle(Json.object().put("phase", "start").put("startedAt", atMs));
    changed("start");
  }

  /** The first piece leaves at once, others together. */
  void text(String piece) {
    text.append(piece);
    if (!resting && !over) {
      publishText();
    }
  }

  private void publishText() {
    if (text.length() == published) {
      return;
    }
    String all = text.toString();
    events.publishInPassing(EventType.AGENT, sessionKey, agent("assistant", piece(all)));
    ObjectNode delta = chat("delta");
    // Whoever does without some of them still knows the whole text.
    ObjectNode deltaV4 = chat("delta").put("deltaText", all).put("replace", true);
    delta.set("message", message(all, clock.millis()));
    events.publishInPassing(EventType.CHAT, sessionKey, JsonText.of(delta), JsonText.of(deltaV4));
    resting = true;
    vertx.setTimer(
        REST_MS + all.length() / CHARACTERS_PER_MS,
        rested -> {
          resting = false;
          if (!over) {
            publishText();
          }
        });
  }

  private ObjectNode piece(String all) {
    ObjectNode data = Json.object().put("text", all).put("delta", all.substring(published));
    published = all.length();
    return data;
  }

  /** Nothing follows but the end; what rested until now leaves before it. */
  private void end() {
    if (!over && text.length() > published) {
      events.publish(EventType.AGENT, sessionKey, agent("assistant", piece(text.toString())));
    }
    over = true;
  }

  void toolStarted(String callId, String name, ObjectNode arguments) {
    ObjectNode data = tool("start", callId, name);
    data.set("args", arguments);
    tool(data);
  }

  void toolFinished(String callId, String name, AgentTool.Result result) {
    ObjectNode data = tool("result", callId, name).put("isError", result.failed());
    ObjectNode shown = data.putObject("result");
    shown.putArray("content").addObject().put("type", "text").put("text", result.text());
    shown.set("details", result.details());
    tool(data);
  }

  private static ObjectNode tool(String phase, String callId, String name) {
    return Json.object().put("phase", phase).put("name", name).put("toolCallId", callId);
  }

  /** Numbers are given when something is published, so that nobody sees a hole. */
  private void tool(ObjectNode data) {
    if (verbose && !over) {
      events.publish(EventType.AGENT, sessionKey, agent("tool", data));
    }
  }

  /** Older messages are being summed up, or were. Protocol 04 §11.2. */
  void compaction(String phase) {
    if (!over) {
      ObjectNode data = Json.object().put("phase", phase);
      if (phase.equals("end")) {
        data.put("willRetry", false);
      }
      events.publish(EventType.AGENT, sessionKey, agent("compaction", data));
    }
  }

  void finished(String answer, long startedAt) {
    end();
    lifecycle(
        Json.object()
            .put("phase", "end")
            .put("startedAt", startedAt)
            .put("endedAt", clock.millis()));
    ObjectNode last = chat("final");
    if (!answer.isEmpty()) {
      last.set("message", message(answer, clock.millis()));
    }
    events.publish(EventType.CHAT, sessionKey, JsonText.of(last));
    changed("end");
  }

  void failed(String error) {
    end();
    lifecycle(
        Json.object().put("phase", "error").put("error", error).put("endedAt", clock.millis()));
    events.publish(
        EventType.CHAT, sessionKey, JsonText.of(chat("error").put("errorMessage", error)));
    changed("error");
  }

  /** Goes on behind what another instance published, as far as that is known. */
  void failedAfter(long lastSeq, String error) {
    seq = lastSeq;
    failed(error);
  }

  void aborted(String why) {
    end();
    if (seq > 0) {
      lifecycle(
          Json.object().put("phase", "end").put("endedAt", clock.millis()).put("aborted", true));
    }
    seq++;
    events.publish(EventType.CHAT, sessionKey, JsonText.of(chat("aborted").put("stopReason", why)));
    changed("end");
  }

  void abortedAfter(long lastSeq, String why) {
    seq = lastSeq;
    aborted(why);
  }

  /** An answer that no model gave. Protocol 04 §5.6. */
  void injected(String answer) {
    over = true;
    seq++;
    ObjectNode last = chat("final");
    ObjectNode message = message(answer, clock.millis()).put("stopReason", "injected");
    message.putObject("usage").put("input", 0).put("output", 0).put("totalTokens", 0);
    last.set("message", message);
    events.publish(EventType.CHAT, sessionKey, JsonText.of(last));
    changed("end");
  }

  private void changed(String phase) {
    events.changed(sessionKey, Json.object().put("phase", phase).put("runId", runId));
  }

  /** Nothing is published any more: the run is somebody else's. */
  void silence() {
    over = true;
  }

  private void lifecycle(ObjectNode data) {
    events.publish(EventType.AGENT, sessionKey, agent("lifecycle", data));
  }

  private JsonText agent(String stream, ObjectNode data) {
    ObjectNode event = Json.object().put("runId", runId).put("stream", stream);
    event.set("data", data);
    return JsonText.of(
        event.put("sessionKey", sessionKey).put("seq", ++seq).put("ts", clock.millis()));
  }

  private ObjectNode chat(String state) {
    return Json.object()
        .put("runId", runId)
        .put("sessionKey", sessionKey)
        .put("seq", seq)
        .put("state", state);
  }

  private static ObjectNode message(String text, long atMs) {
    ObjectNode message = Json.object().put("role", "assistant");
    message.putArray("content").addObject().put("type", "text").put("text", text);
    return message.put("timestamp", atMs);
  }
}
