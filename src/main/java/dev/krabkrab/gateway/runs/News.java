package dev.krabkrab.gateway.runs;

import dev.krabkrab.gateway.heartbeat.SystemEventService;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/**
 * What has happened in a session since its last turn: whoever takes it tells it, and nobody else.
 * Protocol 03 §21.
 */
final class News {
  private final SystemEventService events;
  private final String sessionKey;

  News(SystemEventService events, String sessionKey) {
    this.events = events;
    this.sessionKey = sessionKey;
  }

  /** Tells it; what could not be told waits for the next turn. */
  Future<Void> tell(Function<List<String>, Future<Void>> teller) {
    return events
        .drain(sessionKey)
        .compose(
            happened ->
                teller
                    .apply(happened)
                    .recover(
                        failed ->
                            putBack(happened)
                                .transform(done -> Future.<Void>failedFuture(failed))));
  }

  private Future<Boolean> putBack(List<String> happened) {
    Future<Boolean> kept = Future.succeededFuture(true);
    for (String event : happened) {
      kept = kept.compose(before -> events.enqueue(sessionKey, event, null));
    }
    return kept;
  }
}
