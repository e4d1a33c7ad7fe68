package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the clients of a stopping instance away: a {@code shutdown} event and 1012, in batches
 * spread over a budget, because clients come back at once and without jitter. Protocol 01a §13.
 */
public final class Drain {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
  private static final long STEP_MS = 100;

  /** Part of the budget in which closing starts; the rest is for close frames to be taken. */
  private static final double SPREAD = 0.7;

  /** Fewer clients than this are no storm. */
  private static final int SMALLEST_BATCH = 50;

  private final Vertx vertx;
  private final LocalConnections connections;
  private volatile int clients;

  public Drain(Vertx vertx, LocalConnections connections) {
    this.vertx = vertx;
    this.connections = connections;
  }

  /** How many connections there were when it began, 0 before. Safe from any thread. */
  public int clients() {
    return clients;
  }

  /** Completes when every connection is gone, or at the end of the budget. */
  public Future<Void> run(long budgetMs) {
    List<Connection> all =
        connections.callers().stream()
            .map(caller -> connections.find(caller.connId()))
            .filter(Objects::nonNull)
            .toList();
    clients = all.size();
    int batch = Math.max(SMALLEST_BATCH, (int) (all.size() * STEP_MS / (budgetMs * SPREAD)) + 1);
    LOG.info("sending {} clients away, {} at a time", all.size(), batch);
    EncodedEvent shutdown =
        EncodedEvent.of(
            EventType.SHUTDOWN, JsonText.of(Json.object().put("reason", "gateway stopping")));
    Promise<Void> done = Promise.promise();
    step(all, 0, batch, shutdown);
    long[] left = {budgetMs};
    vertx.setPeriodic(
        STEP_MS / 2,
        timer -> {
          left[0] -= STEP_MS / 2;
          int staying = connections.count();
          if (staying == 0 || left[0] <= 0) {
            vertx.cancelTimer(timer);
            if (staying > 0) {
              LOG.warn("the time to leave is over for {} clients", staying);
            }
            done.tryComplete();
          }
        });
    return done.future();
  }

  private void step(List<Connection> all, int from, int batch, EncodedEvent shutdown) {
    int to = Math.min(all.size(), from + batch);
    all.subList(from, to)
        .forEach(
            connection ->
                connection.execute(
                    () -> {
                      connection.send(shutdown);
                      connection.close(CloseReason.SERVICE_RESTART);
                    }));
    if (to < all.size()) {
      vertx.setTimer(STEP_MS, ignored -> step(all, to, batch, shutdown));
    }
  }
}
