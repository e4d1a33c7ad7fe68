package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.GatewayError;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sessions for runs: find or begin one, read its messages, add to them. Protocol 04 §3.3, §18,
 * §25.1. Fails closed.
 */
public final class ConversationService {
  private static final int MESSAGE_ID_LENGTH = 8;

  private final SessionService sessions;
  private final SessionStore store;
  private final TranscriptStore transcripts;
  private final TranscriptReader reader;
  private final Supplier<SessionRules> rules;
  private final Ids ids;
  private final InstantSource clock;
  private BiConsumer<String, TranscriptMessage> said = (key, message) -> {};

  /**
   * @param rules what the gateway document says now
   */
  public ConversationService(
      SessionService sessions,
      RedisLink link,
      Supplier<SessionRules> rules,
      Ids ids,
      InstantSource clock) {
    this.sessions = sessions;
    this.store = new SessionStore(link);
    this.transcripts = new TranscriptStore(link);
    this.reader = new TranscriptReader(transcripts);
    this.rules = rules;
    this.ids = ids;
    this.clock = clock;
  }

  /** What the gateway document says now. */
  public SessionRules rules() {
    return rules.get();
  }

  /**
   * The one form of a key.
   *
   * @throws GatewayError for a blank or too long one
   */
  public String canonical(String given) {
    return sessions.canonical(given);
  }

  /** Looks a session up without making it. */
  public Future<Optional<Conversation>> find(String key) {
    return store.find(key).map(entry -> entry.map(found -> Conversation.of(found, rules.get())));
  }

  /** The canonical key of a session id, if it is one's. */
  public Future<Optional<String>> keyOfId(String sessionId) {
    return store.keyOfId(sessionId);
  }

  /** The session for a new turn: made when there is none, begun anew when it is of another day. */
  public Future<Conversation> enter(String key) {
    return store
        .find(key)
        .compose(
            entry -> {
              if (entry.isEmpty()) {
                return begin(key);
              }
              return isOver(entry.get())
                  ? restart(key)
                  : Future.succeededFuture(Conversation.of(entry.get(), rules.get()));
            });
  }

  /** Begins a session anew, as {@code /new} does. */
  public Future<Conversation> restart(String key) {
    return sessions.reset(key).compose(done -> find(key)).map(Optional::orElseThrow);
  }

  private Future<Conversation> begin(String key) {
    return store
        .patch(key, ids.uuid(), List.of(), Map.of())
        .compose(done -> find(key))
        .map(Optional::orElseThrow);
  }

  private boolean isOver(SessionEntry entry) {
    long updated = entry.updatedAt();
    SessionRules now = rules.get();
    if (now.idleMinutes() > 0) {
      return clock.millis() - updated > now.idleMinutes() * 60_000L;
    }
    return now.daily() && updated < lastReset(now.resetHour()).toEpochMilli();
  }

  private Instant lastReset(int hour) {
    ZonedDateTime here = clock.instant().atZone(ZoneId.systemDefault());
    ZonedDateTime today = here.toLocalDate().atTime(hour, 0).atZone(here.getZone());
    return (today.isAfter(here) ? today.minusDays(1) : today).toInstant();
  }

  /** The last messages of a transcript as they are shown, in their order. */
  public Future<List<ObjectNode>> messages(String sessionId, int limit) {
    return reader.last(sessionId, limit);
  }

  /** Sets the listener for messages that were added. */
  public void onSaid(BiConsumer<String, TranscriptMessage> listener) {
    said = listener;
  }

  /**
   * Adds a message of a run.
   *
   * @param idempotencyKey of a message that somebody has sent, so that they know it again
   * @param token the run's; false is answered, and nothing written, when a later run was there
   */
  public Future<Boolean> append(
      Conversation in, ObjectNode message, @Nullable String idempotencyKey, long token) {
    Instant now = clock.instant();
    String id = ids.uuid().substring(0, MESSAGE_ID_LENGTH);
    ObjectNode line =
        Json.object().put("type", "message").put("id", id).put("timestamp", now.toString());
    Json.putIfPresent(line, "idempotencyKey", idempotencyKey);
    line.set("message", message);
    return transcripts
        .append(in.sessionId(), line, now, token)
        .map(
            place -> {
              if (place > 0) {
                said.accept(in.key(), new TranscriptMessage(place, line));
              }
              return place >= 0;
            });
  }

  /** From now on nothing of older runs gets into the transcript. */
  public Future<Void> fence(String sessionId, long token) {
    return transcripts.append(sessionId, null, clock.instant(), token).mapEmpty();
  }

  /** Takes down what a run cost, unless the session was deleted or begun anew meanwhile. */
  public Future<Void> settle(String key, String sessionId, Map<String, JsonNode> fields) {
    return store.settle(key, sessionId, fields);
  }
}
