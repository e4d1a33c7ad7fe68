package dev.krabkrab.gateway.agent.runs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run as all instances know it. Protocol 04 §25.1.
 *
 * @param owner the instance that works on it
 * @param seq number of its last event that is known
 * @param token what it may write with; 0 before its start
 * @param startedAt epoch milliseconds; 0 before its start
 * @param finishedAt epoch milliseconds; 0 before its end
 * @param abort why it is to end; null while nobody wants that
 * @param error why it failed; null when it did not
 * @param result what it came to; null before that
 */
record RunRecord(
    RunRequest request,
    State state,
    String owner,
    long seq,
    long token,
    long createdAt,
    long startedAt,
    long finishedAt,
    @Nullable String abort,
    @Nullable String error,
    @Nullable ObjectNode result) {

  enum State {
    QUEUED,
    RUNNING,
    FINAL,
    ERROR,
    ABORTED,
    LOST;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static RunRecord of(Map<String, String> fields) {
    RunKind kind = RunKind.of(fields.get("kind"));
    String result = fields.get("result");
    return new RunRecord(
        RunRequest.decode(
            fields.getOrDefault("run", ""),
            kind,
            fields.getOrDefault("session", ""),
            fields.getOrDefault("request", "{}")),
        State.valueOf(fields.getOrDefault("state", "lost").toUpperCase(Locale.ROOT)),
        fields.getOrDefault("owner", ""),
        number(fields.get("seq")),
        number(fields.get("token")),
        number(fields.get("createdAt")),
        number(fields.get("startedAt")),
        number(fields.get("endedAt")),
        fields.get("abort"),
        fields.get("error"),
        result == null ? null : Json.parseObject(result));
  }

  private static long number(@Nullable String text) {
    return text == null ? 0 : Long.parseLong(text);
  }

  boolean isOver() {
    return state != State.QUEUED && state != State.RUNNING;
  }

  /** The payload of {@code agent.wait} of a run that is over. Protocol 04 §13. */
  ObjectNode waited() {
    ObjectNode json =
        Json.object()
            .put("runId", request.runId())
            .put("status", state == State.FINAL ? "ok" : "error");
    if (startedAt > 0) {
      json.put("startedAt", startedAt);
    }
    json.put("endedAt", finishedAt);
    if (state == State.ABORTED) {
      json.put("error", "aborted");
    } else {
      Json.putIfPresent(json, "error", error);
    }
    return json;
  }
}
