package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import dev.krabkrab.gateway.platform.protocol.EventType;
import dev.krabkrab.gateway.platform.protocol.Json;
import dev.krabkrab.gateway.platform.protocol.JsonText;
import dev.krabkrab.gateway.platform.protocol.ProtocolVersion;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of one event loop, with the clockwork they share: handshake deadline, ping, tick.
 * Protocol 01a §1.3, §13; 05 §7. Used on that loop only.
 */
public final class LoopConnections {
  /** From accept to hello-ok, in milliseconds. */
  public static final long HANDSHAKE_TIMEOUT_MS = 10_000;

  /** What {@code policy.tickIntervalMs} announces. */
  public static final long TICK_INTERVAL_MS = 30_000;

  private static final int TICK_EVERY_SECONDS = (int) (TICK_INTERVAL_MS / 1000);
  private static final int PING_EVERY_SECONDS = 25;

  /** Events written before others get their turn: some milliseconds of work. */
  private static final int EVENTS_PER_TURN = 1_000;

  /** The largest message of protocol 4 passes by itself. */
  private static final long LEAST_UNFINISHED = ProtocolVersion.V4.maxPayload() + 3L * 1024 * 1024;

  private final Context context;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final OutboxBudget budget;
  private final OutboxBudget unfinished;
  private final ConnectionList roster;
  private int second;

  /**
   * @param outboxBytes what may wait for the slow readers of this loop together
   */
  LoopConnections(Vertx vertx, InstantSource clock, RandomGenerator random, long outboxBytes) {
    this.context = vertx.getOrCreateContext();
    this.clock = clock;
    this.random = random;
    this.roster = new ConnectionList(task -> context.runOnContext(later -> task.run()));
    this.budget = new OutboxBudget(outboxBytes, this::relieve);
    this.unfinished =
        new OutboxBudget(Math.max(LEAST_UNFINISHED, outboxBytes / 2), this::relieveUnfinished);
    vertx.setPeriodic(1000, ignored -> everySecond());
  }

  void execute(Runnable action) {
    context.runOnContext(ignored -> action.run());
  }

  OutboxBudget budget() {
    return budget;
  }

  /** What all connections of the loop hold of messages that are not whole yet. */
  OutboxBudget unfinished() {
    return unfinished;
  }

  void add(Connection connection) {
    // Random phases spread pings and ticks over their interval.
    roster.add(
        new ConnectionList.Entry(
            connection, random.nextInt(TICK_EVERY_SECONDS), random.nextInt(PING_EVERY_SECONDS)));
  }

  void remove(Connection connection) {
    roster.remove(connection);
  }

  void broadcast(EncodedEvent event) {
    SharedBuffer shared = new SharedBuffer(event);
    walk(
        EVENTS_PER_TURN,
        shared::close,
        (connection, caller) -> {
          if (isFor(event, connection, caller)) {
            connection.send(shared);
          }
        });
  }

  void broadcast(List<EncodedEvent> events) {
    walk(
        Math.max(1, EVENTS_PER_TURN / events.size()),
        () -> {},
        (connection, caller) -> {
          List<EncodedEvent> visible =
              events.stream().filter(event -> isFor(event, connection, caller)).toList();
          if (!visible.isEmpty()) {
            connection.send(visible);
          }
        });
  }

  private static boolean isFor(EncodedEvent event, Connection connection, Caller caller) {
    return event.isFor(caller) && connection.subscriptions().wants(event);
  }

  private void walk(int perTurn, Runnable end, Visitor visitor) {
    roster.walk(entry -> ifReady(entry, visitor), perTurn, end);
  }

  /** Sees one connection and who it is. */
  interface Visitor {
    void visit(Connection connection, Caller caller);
  }

  void forEachReady(Visitor visitor) {
    roster.visit(entry -> ifReady(entry, visitor));
  }

  private static void ifReady(ConnectionList.Entry entry, Visitor visitor) {
    Connection connection = entry.connection();
    @Nullable Caller caller = connection.caller();
    if (connection.state() == Connection.State.READY && caller != null) {
      visitor.visit(connection, caller);
    }
  }

  /** Visits every connection whose caller is known, in or through the handshake. */
  void forEachKnown(Visitor visitor) {
    forEach(
        connection -> {
          Caller caller = connection.caller();
          if (caller != null && connection.isOpen()) {
            visitor.visit(connection, caller);
          }
        });
  }

  void forEach(Consumer<Connection> visitor) {
    roster.visit(entry -> visitor.accept(entry.connection()));
  }

  /**
   * Hands the sockets what waits for the end of this turn; if their peers do not take it, gives up
   * the slowest of them until what waits is well within the bound again.
   */
  private void relieve() {
    forEach(connection -> connection.writer().flush());
    if (budget.total() > budget.bound()) {
      List<Connection> slowest =
          roster.connections().stream()
              .sorted(Comparator.comparingLong(Connection::pendingBytes).reversed())
              .toList();
      for (Connection connection : slowest) {
        if (budget.total() <= budget.bound() / 4 * 3) {
          break;
        }
        connection.giveUp();
        connection.writer().flush();
      }
    }
  }

  /** Gives up strangers before clients, and who holds most before others. */
  private void relieveUnfinished() {
    List<Connection> holders =
        roster.connections().stream()
            .filter(connection -> connection.reader().unfinishedBytes() > 0)
            .sorted(
                Comparator.comparing(
                        (Connection connection) -> connection.state() == Connection.State.READY)
                    .thenComparing(
                        Comparator.comparingLong(
                                (Connection connection) -> connection.reader().unfinishedBytes())
                            .reversed()))
            .toList();
    for (Connection connection : holders) {
      if (unfinished.total() <= unfinished.bound() / 4 * 3) {
        break;
      }
      connection.giveUpUnfinished();
    }
  }

  private void everySecond() {
    second++;
    long now = clock.millis();
    EncodedEvent tick = tick(now);
    roster.visit(entry -> everySecond(entry, now, tick));
  }

  private void everySecond(ConnectionList.Entry entry, long now, EncodedEvent tick) {
    Connection connection = entry.connection();
    if (connection.state() != Connection.State.READY) {
      closeWhenLate(connection, now);
    } else {
      connection.lookWhetherRead(now);
      if (second % TICK_EVERY_SECONDS == entry.tickPhase()) {
        connection.send(tick);
      }
    }
    if (second % PING_EVERY_SECONDS == entry.pingPhase()) {
      connection.ping();
    }
  }

  private static void closeWhenLate(Connection connection, long now) {
    if (now - connection.openedAtMs() >= HANDSHAKE_TIMEOUT_MS) {
      connection.close(CloseReason.SILENT);
    }
  }

  private static EncodedEvent tick(long now) {
    return EncodedEvent.of(EventType.TICK, JsonText.of(Json.object().put("ts", now)));
  }
}
