package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * How one client is sent to another instance: it gets a {@code shutdown} event, then the answers to
 * what it has asked, then 1012. Protocol 01a §13. Safe from any thread.
 */
final class Dismissal {
  private static final long LOOK_EVERY_MS = 25;

  /**
   * Longest waits, in milliseconds.
   *
   * @param answers for the answers to what the client asked
   * @param results for the results that a node owes
   * @param underWay for what the client sent before it read {@code shutdown}
   */
  record Waits(long answers, long results, long underWay) {}

  private final Vertx vertx;
  private final LocalConnections connections;
  private final Farewell nodes;
  private final Waits waits;
  private final EncodedEvent shutdown;

  /**
   * @param reason told to the client
   */
  Dismissal(Vertx vertx, LocalConnections connections, Farewell nodes, Waits waits, String reason) {
    this.vertx = vertx;
    this.connections = connections;
    this.nodes = nodes;
    this.waits = waits;
    this.shutdown =
        EncodedEvent.of(EventType.SHUTDOWN, JsonText.of(Json.object().put("reason", reason)));
  }

  /** Completes when the connection was told to close. */
  Future<Void> of(Connection connection) {
    connection.execute(
        () -> {
          connection.send(shutdown);
          connection.calls().stop();
        });
    Caller caller = connection.caller();
    Future<Void> owed =
        caller != null && caller.isNode()
            ? nodes.of(caller, waits.results())
            : Future.succeededFuture();
    return owed.compose(over -> vertx.timer(Math.max(1, waits.underWay())))
        .compose(over -> answered(connection, waits.answers() - waits.underWay()))
        .onComplete(
            over -> connection.execute(() -> connection.close(CloseReason.SERVICE_RESTART)));
  }

  private Future<Void> answered(Connection connection, long leftMs) {
    boolean over =
        leftMs <= 0
            || connections.find(connection.id()) == null
            || connection.calls().inFlight() == 0;
    return over
        ? Future.succeededFuture()
        : vertx.timer(LOOK_EVERY_MS).compose(later -> answered(connection, leftMs - LOOK_EVERY_MS));
  }
}
