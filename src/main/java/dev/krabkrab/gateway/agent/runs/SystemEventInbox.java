package dev.krabkrab.gateway.agent.runs;

import dev.krabkrab.gateway.agent.heartbeat.SystemEventService;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The system events of a session since its last turn: whoever takes them delivers them, and nobody
 * else. Protocol 03 §21.
 */
final class SystemEventInbox {
  private static final Logger LOG = LoggerFactory.getLogger(SystemEventInbox.class);

  /** Longer than Redis takes to write a message, in milliseconds. */
  private static final long DELIVERY_MS = 15_000;

  private final SystemEventService events;
  private final String sessionKey;
  private final String runId;

  SystemEventInbox(SystemEventService events, String sessionKey, String runId) {
    this.events = events;
    this.sessionKey = sessionKey;
    this.runId = runId;
  }

  /** Delivers them; what could not be delivered waits for the next turn. */
  Future<Void> deliver(Function<List<String>, Future<Void>> writer) {
    return events
        .take(sessionKey, runId, DELIVERY_MS)
        .compose(
            happened ->
                happened.isEmpty()
                    ? writer.apply(happened)
                    : writer.apply(happened).onComplete(written -> settle(written.succeeded())));
  }

  /** Behind the turn, which does not wait for it: what is not settled is delivered once more. */
  private void settle(boolean delivered) {
    Future<Boolean> settled =
        delivered ? events.delivered(sessionKey, runId) : events.putBack(sessionKey, runId);
    settled.onFailure(e -> LOG.warn("news of a session are not settled: {}", e.getMessage()));
  }
}
