package dev.krabkrab.gateway.access.presence;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** The system events of the main session, which its agent reads. Protocol 03 §21, §24. */
@FunctionalInterface
public interface SystemEventQueue {
  /**
   * Queues one of two texts; nothing when it is blank.
   *
   * @param text what to say when the event before was about something else
   * @param brief what to say when it was about the same
   * @param contextKey what both are about, or null
   * @return whether one was queued; fails while Redis is away
   */
  Future<Boolean> enqueue(String text, String brief, @Nullable String contextKey);
}
