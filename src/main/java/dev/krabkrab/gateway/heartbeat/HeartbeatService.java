package dev.krabkrab.gateway.heartbeat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.protocol.Json;
import dev.krabkrab.gateway.protocol.JsonText;
import dev.krabkrab.gateway.redis.RedisLink;
import io.vertx.core.Future;

/**
 * The heartbeat's switch and its last event, shared by the cluster. Protocol 03 §21. Fails while
 * Redis is away.
 */
public final class HeartbeatService {
  private final HeartbeatStore store;
  private final SystemEventService events;

  public HeartbeatService(RedisLink link, SystemEventService events) {
    this.store = new HeartbeatStore(link);
    this.events = events;
  }

  /** Returns the last heartbeat event, or JSON null when there was none. */
  public Future<JsonText> last() {
    return store.last().map(text -> text == null ? JsonText.NULL : JsonText.of(text));
  }

  /** Remembers a heartbeat event for {@link #last}. */
  public Future<Void> record(ObjectNode event) {
    return store.setLast(Json.text(event));
  }

  public Future<Void> enable(boolean enabled) {
    return store.setEnabled(enabled);
  }

  /** Whether heartbeats may run; on until switched off. */
  public Future<Boolean> enabled() {
    return store.enabled();
  }

  /** Queues a text for the main conversation; false for a blank one. */
  public Future<Boolean> wake(String text) {
    return text.isBlank()
        ? Future.succeededFuture(false)
        : events.enqueue(SystemEventService.MAIN_SESSION, text, null).map(true);
  }
}
