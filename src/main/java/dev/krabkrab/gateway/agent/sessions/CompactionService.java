package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Ids;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * Puts a summary in the place of the older messages of a transcript, for the run whose turn it is.
 * What was there is kept for a while, as with {@code sessions.compact}. Protocol 04 §16.7, §18.
 */
public final class CompactionService {
  /** Marks the message that stands for older ones. */
  public static final String MARK = "compaction";

  private static final int ID_LENGTH = 8;
  private static final int PIECE = 50;

  private final CompactionStore store;
  private final TranscriptStore transcripts;
  private final SessionStore sessions;
  private final Ids ids;
  private final InstantSource clock;

  public CompactionService(RedisLink redis, Ids ids, InstantSource clock) {
    this.store = new CompactionStore(redis);
    this.transcripts = new TranscriptStore(redis);
    this.sessions = new SessionStore(redis);
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * A message and where it stands.
   *
   * @param index of its line from the beginning
   * @param id of its line; empty when it has none
   * @param message as it is shown
   */
  public record Line(int index, String id, ObjectNode message) {}

  /** The last messages in their order, as many as that. */
  public Future<List<Line>> read(String sessionId, int messages) {
    return transcripts
        .length(sessionId)
        .compose(length -> read(sessionId, messages, length - 1, new ArrayDeque<>()));
  }

  private Future<List<Line>> read(String sessionId, int messages, int to, Deque<Line> found) {
    if (to < 0 || found.size() >= messages) {
      return Future.succeededFuture(List.copyOf(found));
    }
    int from = Math.max(0, to - PIECE + 1);
    return transcripts
        .range(sessionId, from, to)
        .compose(
            lines -> {
              for (int i = lines.size() - 1; i >= 0 && found.size() < messages; i--) {
                add(found, from + i, lines.get(i));
              }
              return read(sessionId, messages, from - 1, found);
            });
  }

  private static void add(Deque<Line> found, int index, String line) {
    JsonNode parsed = Json.tryParse(line);
    ObjectNode message = Transcript.message(line);
    if (parsed != null && message != null) {
      found.addFirst(new Line(index, parsed.path("id").asText(), Transcript.shown(message)));
    }
  }

  /** The message that stands for older ones. */
  public ObjectNode summary(String text) {
    ObjectNode message = Json.object().put("role", "system").put(MARK, true);
    message.putArray("content").addObject().put("type", "text").put("text", text);
    return message.put("timestamp", clock.millis());
  }

  /**
   * Puts a summary in the place of everything before a line.
   *
   * @param keep the first line that stays
   * @param token the run's
   * @return false when the transcript is no longer what was read; then nothing is changed
   */
  public Future<Boolean> replace(Conversation in, Line keep, ObjectNode summary, long token) {
    Instant now = clock.instant();
    ObjectNode line =
        Json.object()
            .put("type", "message")
            .put("id", ids.uuid().substring(0, ID_LENGTH))
            .put("timestamp", now.toString());
    line.set("message", summary);
    return store
        .replace(in.sessionId(), keep.index(), keep.id(), line, now, token)
        .compose(done -> done ? counted(in).map(true) : Future.succeededFuture(false));
  }

  private Future<Void> counted(Conversation in) {
    Map<String, JsonNode> one = Map.of("+compactionCount", JsonNodeFactory.instance.numberNode(1));
    return sessions.settle(in.key(), in.sessionId(), one);
  }
}
