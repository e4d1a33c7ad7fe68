package dev.krabkrab.gateway.heartbeat;

import dev.krabkrab.gateway.redis.RedisLink;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Short texts about what happened, kept for each session until its agent's next turn reads them: at
 * most 20, oldest dropped, never the same text twice in a row. Protocol 03 §21. Shared by the
 * cluster; every operation fails while Redis is away. Use one for each verticle.
 */
public final class SystemEventService {
  private final HeartbeatStore store;

  public SystemEventService(RedisLink link) {
    this.store = new HeartbeatStore(link);
  }

  /**
   * Queues a text, trimmed; a blank one is ignored.
   *
   * @param contextKey what the text is about, or null
   * @return whether it was queued
   */
  public Future<Boolean> enqueue(String sessionKey, String text, @Nullable String contextKey) {
    return enqueue(sessionKey, text, text, contextKey);
  }

  /**
   * Queues one of two texts, depending on whether the text before it was about the same.
   *
   * @param text what to say when the one before was about something else
   * @param brief what to say when it was about the same; nothing is queued when blank
   * @param contextKey what both are about, or null
   * @return whether one was queued
   */
  public Future<Boolean> enqueue(
      String sessionKey, String text, String brief, @Nullable String contextKey) {
    if (text.isBlank()) {
      return Future.succeededFuture(false);
    }
    String context = contextKey == null ? "" : contextKey.strip();
    return store.enqueue(sessionKey, text.strip(), brief.strip(), context);
  }

  /** Returns what waits, oldest first, and leaves it there. */
  public Future<List<String>> peek(String sessionKey) {
    return store.peek(sessionKey);
  }

  /** Takes what waits, oldest first. */
  public Future<List<String>> drain(String sessionKey) {
    return store.drain(sessionKey);
  }
}
