package dev.krabkrab.gateway.agent.runs;

import dev.krabkrab.gateway.agent.heartbeat.SystemEventService;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has happened in a session since its last turn: whoever takes it tells it, and nobody else.
 * Protocol 03 §21.
 */
final class SystemEventInbox {
  private static final Logger LOG = LoggerFactory.getLogger(SystemEventInbox.class);

  /** Longer than Redis takes to write a message, in milliseconds. */
  private static final long TELLING_MS = 15_000;

  private final SystemEventService events;
  private final String sessionKey;
  private final String runId;

  SystemEventInbox(SystemEventService events, String sessionKey, String runId) {
    this.events = events;
    this.sessionKey = sessionKey;
    this.runId = runId;
  }

  /** Tells it; what could not be told waits for the next turn. */
  Future<Void> tell(Function<List<String>, Future<Void>> teller) {
    return events
        .take(sessionKey, runId, TELLING_MS)
        .compose(
            happened ->
                happened.isEmpty()
                    ? teller.apply(happened)
                    : teller.apply(happened).onComplete(told -> settle(told.succeeded())));
  }

  /** Behind the turn, which does not wait for it: what is not settled is told once more. */
  private void settle(boolean told) {
    Future<Boolean> settled =
        told ? events.told(sessionKey, runId) : events.putBack(sessionKey, runId);
    settled.onFailure(e -> LOG.warn("news of a session are not settled: {}", e.getMessage()));
  }
}
