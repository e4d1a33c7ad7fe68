package dev.krabkrab.gateway.platform.transport;

import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends connections of some age to another instance, so that new instances fill. Each has an age of
 * its own within a tenth of the one that is set, and goes when it waits for no answer; one that
 * always waits goes at one and a half times its age. Does nothing while no other instance serves.
 */
public final class ConnectionAging {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionAging.class);
  private static final long LOOK_EVERY_MS = 1_000;
  private static final int MOST_AT_ONCE = 25;
  private static final double JITTER = 0.1;
  private static final double LATEST = 1.5;
  private static final long RESULTS_MS = 10_000;

  private final LocalConnections connections;
  private final InstantSource clock;
  private final BooleanSupplier othersServe;
  private final long ageMs;
  private final Dismissal dismissal;

  private ConnectionAging(
      LocalConnections connections,
      InstantSource clock,
      BooleanSupplier othersServe,
      long ageMs,
      Dismissal dismissal) {
    this.connections = connections;
    this.clock = clock;
    this.othersServe = othersServe;
    this.ageMs = ageMs;
    this.dismissal = dismissal;
  }

  /**
   * Starts looking, once a second.
   *
   * @param othersServe whether there is another instance to go to
   * @param ageMs the age, in milliseconds, over 0
   * @param nodes what nodes do before they go
   */
  public static void start(
      Vertx vertx,
      LocalConnections connections,
      InstantSource clock,
      BooleanSupplier othersServe,
      long ageMs,
      Farewell nodes) {
    Dismissal dismissal =
        new Dismissal(
            vertx,
            connections,
            nodes,
            new Dismissal.Waits(Drain.ANSWERS_MS, RESULTS_MS, Drain.UNDER_WAY_MS),
            "connection age");
    ConnectionAging aging = new ConnectionAging(connections, clock, othersServe, ageMs, dismissal);
    vertx.setPeriodic(LOOK_EVERY_MS, again -> aging.look());
  }

  private void look() {
    if (!othersServe.getAsBoolean()) {
      return;
    }
    long now = clock.millis();
    List<Connection> old = new ArrayList<>();
    connections.visit(
        connection -> {
          if (old.size() < MOST_AT_ONCE && isDue(connection, now)) {
            old.add(connection);
          }
        });
    if (!old.isEmpty()) {
      LOG.debug("sending {} connections to other instances for their age", old.size());
      old.forEach(dismissal::of);
    }
  }

  private boolean isDue(Connection connection, long now) {
    long own = ownAge(connection.id());
    long age = now - connection.openedAtMs();
    boolean waits = connection.calls().inFlight() > 0;
    return age >= own && !connection.calls().stopped() && (!waits || age >= own * LATEST);
  }

  /** The same at each look, and another one for each connection. */
  private long ownAge(String connId) {
    double place = (connId.hashCode() & 0xFFFF) / (double) 0xFFFF * 2 - 1;
    return Math.round(ageMs * (1 + JITTER * place));
  }
}
