package dev.krabkrab.gateway.agent.sessions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Reads transcripts from their end, in pieces: what is not shown is not read. */
final class TranscriptReader {
  /** What {@code chat.history} answers at most, in characters of JSON. Protocol 04 §8. */
  private static final int MOST_CHARACTERS = 6_291_456;

  private static final int PIECE = 50;
  private static final int FIRST_LINES = 10;
  private static final int LAST_LINES = 20;

  private final TranscriptStore store;

  TranscriptReader(TranscriptStore store) {
    this.store = store;
  }

  /** The last messages, in their order; fewer when they are too long together. */
  Future<List<ObjectNode>> last(String sessionId, int limit) {
    return new Tail(sessionId, limit, false).next(-1);
  }

  /** The same with their ids. Protocol 05 §11.3. */
  Future<List<ObjectNode>> lastNamed(String sessionId, int limit) {
    return new Tail(sessionId, limit, true).next(-1);
  }

  /** The lines a title is made of. */
  Future<List<String>> first(String sessionId) {
    return store.range(sessionId, 0, FIRST_LINES - 1);
  }

  /** The lines a preview of the last message is made of. */
  Future<List<String>> end(String sessionId) {
    return store.range(sessionId, -LAST_LINES, -1);
  }

  private final class Tail {
    private final String sessionId;
    private final int limit;
    private final boolean named;
    private final Deque<ObjectNode> messages = new ArrayDeque<>();
    private int characters;

    private Tail(String sessionId, int limit, boolean named) {
      this.sessionId = sessionId;
      this.limit = limit;
      this.named = named;
    }

    private Future<List<ObjectNode>> next(int to) {
      int from = to - PIECE + 1;
      return store
          .range(sessionId, from, to)
          .compose(
              lines ->
                  take(lines) && lines.size() == PIECE
                      ? next(from - 1)
                      : Future.succeededFuture(List.copyOf(messages)));
    }

    private ObjectNode message(ObjectNode line) {
      return named ? Transcript.named(line) : Transcript.shown((ObjectNode) line.get("message"));
    }

    /** False when there is no room for more; there is always room for one. */
    private boolean take(List<String> lines) {
      for (String line : lines.reversed()) {
        ObjectNode stored = Transcript.messageLine(line);
        if (stored != null) {
          ObjectNode message = message(stored);
          characters += Json.text(message).length() + 1;
          if (characters > MOST_CHARACTERS && !messages.isEmpty()) {
            return false;
          }
          messages.addFirst(message);
          if (messages.size() >= limit) {
            return false;
          }
        }
      }
      return true;
    }
  }
}
