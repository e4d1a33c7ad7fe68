package dev.krabkrab.gateway.agent.heartbeat;

import dev.krabkrab.gateway.access.presence.SystemEventQueue;
import dev.krabkrab.gateway.platform.Platform;
import dev.krabkrab.gateway.platform.protocol.SafeText;
import dev.krabkrab.gateway.platform.redis.RedisLink;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Short texts about what happened, kept for each session until its agent's next turn reads them: at
 * most 20, oldest dropped, never the same text twice in a row. Of a text with several lines each
 * further one stands behind a bar, so that it does not read as an event of its own. Protocol 03
 * §21. Shared by the cluster; every operation fails while Redis is away. Use one for each verticle.
 */
public final class SystemEventService {
  private final HeartbeatStore store;

  public SystemEventService(RedisLink link) {
    this.store = new HeartbeatStore(link);
  }

  /**
   * The events of the main session.
   *
   * @param link of the context that uses it
   */
  public static SystemEventQueue ofMainSession(Platform platform, RedisLink link) {
    SystemEventService events = new SystemEventService(link);
    Supplier<HeartbeatSettings> settings = platform.section(HeartbeatSettings::of);
    return (text, brief, context) ->
        events.enqueue(settings.get().mainSession(), text, brief, context);
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
    return store.enqueue(
        sessionKey, SafeText.hanging(text.strip()), SafeText.hanging(brief.strip()), context);
  }

  /** Returns what waits, oldest first, and leaves it there. */
  public Future<List<String>> peek(String sessionKey) {
    return store.peek(sessionKey);
  }

  /**
   * Takes what waits, oldest first, to deliver it. Nobody else gets it before {@link #putBack}, or
   * before the lease has run out: should this instance die, the next one to take delivers it.
   *
   * @param by who takes, unique
   * @param leaseMs time to deliver it in, in milliseconds; {@link #keep} prolongs it
   * @return nothing while somebody else delivers what was taken before
   */
  public Future<List<String>> take(String sessionKey, String by, long leaseMs) {
    return store.take(sessionKey, by, leaseMs);
  }

  /** Prolongs the time to deliver what was taken; false when it is somebody else's by now. */
  public Future<Boolean> keep(String sessionKey, String by, long leaseMs) {
    return store.keep(sessionKey, by, leaseMs);
  }

  /** What was taken has been delivered. */
  public Future<Boolean> delivered(String sessionKey, String by) {
    return store.endTaking(sessionKey, by, true);
  }

  /** What was taken could not be delivered; it waits again, before what came since. */
  public Future<Boolean> putBack(String sessionKey, String by) {
    return store.endTaking(sessionKey, by, false);
  }
}
