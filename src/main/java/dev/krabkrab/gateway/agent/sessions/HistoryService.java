package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The history of sessions, as clients read it and add to it. Protocol 04 §8, §9, 05 §11.3. */
public final class HistoryService {
  private static final int MESSAGE_ID_LENGTH = 8;

  private final SessionStore sessions;
  private final TranscriptStore transcripts;
  private final TranscriptReader reader;
  private final Supplier<SessionRules> rules;
  private final Ids ids;
  private final InstantSource clock;

  /**
   * @param rules what the gateway document says now
   */
  public HistoryService(
      RedisLink link, Supplier<SessionRules> rules, Ids ids, InstantSource clock) {
    this.sessions = new SessionStore(link);
    this.transcripts = new TranscriptStore(link);
    this.reader = new TranscriptReader(transcripts);
    this.rules = rules;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * A message that was put into a transcript.
   *
   * @param sessionKey canonical
   */
  public record Injected(String sessionKey, TranscriptMessage said) {}

  /**
   * The payload of {@code chat.history}.
   *
   * @param limit messages at most, the last ones
   * @param named with the ids that protocol 4 knows messages by
   */
  public Future<ObjectNode> history(String given, int limit, boolean named) {
    return sessions
        .find(SessionService.canonical(rules.get(), given))
        .compose(
            entry ->
                entry.isEmpty()
                    ? Future.succeededFuture(nothing(given))
                    : (named
                            ? reader.lastNamed(entry.get().sessionId(), limit)
                            : reader.last(entry.get().sessionId(), limit))
                        .map(messages -> history(given, entry, messages)));
  }

  /** Of a session that nobody has begun, which is one of an agent that is set up. */
  private ObjectNode nothing(String given) {
    rules.get().ofAgent(given);
    return history(given, Optional.empty(), List.of());
  }

  /**
   * The payload of {@code chat.startup}: the same, and what sessions run on that name no model.
   *
   * @param mostBytes of the messages, encoded; the oldest are left out, but never the last
   */
  public Future<ObjectNode> startup(String given, int limit, int mostBytes) {
    return history(given, limit, true)
        .map(
            json -> {
              shorten((ArrayNode) json.path("messages"), mostBytes);
              SessionRules now = rules.get();
              json.putObject("defaults")
                  .put("modelProvider", now.model().provider())
                  .put("model", now.model().id())
                  .put("contextTokens", now.contextTokens());
              return json;
            });
  }

  private static void shorten(ArrayNode messages, int mostBytes) {
    int bytes = 0;
    for (int i = messages.size() - 1; i >= 0; i--) {
      bytes += Json.bytes(messages.get(i)).length + 1;
      if (bytes > mostBytes && i < messages.size() - 1) {
        for (int older = 0; older <= i; older++) {
          messages.remove(0);
        }
        return;
      }
    }
  }

  private static ObjectNode history(
      String given, Optional<SessionEntry> entry, List<ObjectNode> messages) {
    ObjectNode json = Json.object().put("sessionKey", given);
    entry.ifPresent(known -> json.put("sessionId", known.sessionId()));
    String level = entry.map(known -> known.text("thinkingLevel")).orElse(null);
    json.put("thinkingLevel", level == null ? "off" : level);
    json.putArray("messages").addAll(new ArrayList<>(messages));
    return json;
  }

  /** Adds a message of the assistant's to a session that exists. Protocol 04 §9. */
  public Future<Injected> inject(String given, String text) {
    String key = rules.get().ofAgent(given);
    return sessions
        .find(key)
        .compose(
            entry -> {
              SessionEntry known =
                  entry.orElseThrow(() -> GatewayError.invalid("session not found"));
              String id = ids.uuid().substring(0, MESSAGE_ID_LENGTH);
              Instant now = clock.instant();
              ObjectNode message = message(text, now);
              ObjectNode line =
                  Json.object()
                      .put("type", "message")
                      .put("id", id)
                      .put("timestamp", now.toString());
              line.set("message", message);
              return transcripts
                  .append(known.sessionId(), line, now)
                  .map(place -> new Injected(key, new TranscriptMessage(place, line)));
            });
  }

  private static ObjectNode message(String text, Instant now) {
    ObjectNode message = Json.object().put("role", "assistant");
    message.putArray("content").addObject().put("type", "text").put("text", text);
    message.put("timestamp", now.toEpochMilli()).put("stopReason", "injected");
    message.putObject("usage").put("input", 0).put("output", 0).put("totalTokens", 0);
    return message;
  }
}
