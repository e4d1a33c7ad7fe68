package dev.krabkrab.gateway.app;

import dev.krabkrab.gateway.approvals.PendingApprovals;
import dev.krabkrab.gateway.channels.WaitingMessages;
import dev.krabkrab.gateway.http.Vitals;
import dev.krabkrab.gateway.http.Vitals.Stage;
import dev.krabkrab.gateway.metrics.Reading;
import dev.krabkrab.gateway.transport.Survey;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Asks the rooms of a running instance what its gauges show. */
final class Readings implements Supplier<Future<Reading>> {
  private static final long WAITING_MS = 400;

  private final Core core;
  private final WorkerRooms.Opened rooms;
  private final LimitReadings limits;
  private final Drain drain;
  private final Vitals vitals;
  private volatile Map<String, WaitingMessages> lastWaiting = Map.of();

  Readings(Core core, WorkerRooms.Opened rooms, LimitReadings limits, Drain drain, Vitals vitals) {
    this.core = core;
    this.rooms = rooms;
    this.limits = limits;
    this.drain = drain;
    this.vitals = vitals;
  }

  @Override
  public Future<Reading> get() {
    // Counted here, on the caller's loop, rather than on that of a room.
    Survey connections = core.connections().survey();
    Future<PendingApprovals> approvals = rooms.approvals().pending();
    Future<Integer> lines = rooms.presence().presence().lines();
    Future<Map<String, Double>> used = limits.used(connections);
    Future<Map<String, WaitingMessages>> waiting = waiting();
    return Future.all(approvals, lines, used, waiting)
        .map(
            all ->
                reading(
                    connections,
                    approvals.result(),
                    lines.result(),
                    used.result(),
                    waiting.result()));
  }

  /** As it was last when Redis does not answer: the other gauges must not wait for it. */
  private Future<Map<String, WaitingMessages>> waiting() {
    return rooms
        .channels()
        .waitingMessages()
        .timeout(WAITING_MS, TimeUnit.MILLISECONDS)
        .onSuccess(now -> lastWaiting = now)
        .otherwise(away -> lastWaiting);
  }

  private Reading reading(
      Survey connections,
      PendingApprovals approvals,
      int presenceLines,
      Map<String, Double> used,
      Map<String, WaitingMessages> waiting) {
    boolean ready = vitals.stage() == Stage.SERVING;
    boolean whole =
        vitals.redisConnected() && vitals.redisRefusal() == null && vitals.hearsOthers();
    return new Reading(
        ready,
        ready && !whole,
        vitals.stage() == Stage.DRAINING,
        drain.clients(),
        vitals.hearsOthers(),
        core.membership().live().size(),
        connections,
        approvals,
        presenceLines,
        used,
        waiting);
  }
}
