package dev.krabkrab.gateway.access.handshake;

import dev.krabkrab.gateway.platform.transport.Connection;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Lets a bounded number of handshakes of one event loop be worked on at a time; the others wait in
 * the order they came. Whoever would wait longer than clients do is refused at once, so that a herd
 * that reconnects is served as fast as it can be, instead of everybody being served too late.
 */
public final class HandshakeGate {
  /** Begun in one turn of the loop: each costs the check of a signature. */
  private static final int PER_TURN = 16;

  private static final int SOONEST_RETRY_MS = 500;

  /** Clients wait no longer than this, whatever they are answered. Protocol 05 §8.1. */
  private static final int LATEST_RETRY_MS = 2_000;

  /** Half of what clients and this server allow a handshake to take, in milliseconds. */
  static final long PATIENCE_MS = 5_000;

  private final int atOnce;
  private final int mayWait;
  private final Executor nextTurn;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Set<Connection> inside = new HashSet<>();
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private boolean advancing;

  private record Waiting(Connection connection, Runnable begin, Runnable refuse) {}

  /**
   * @param atOnce handshakes worked on at a time, at least 1
   * @param mayWait connect requests that may wait for their turn
   * @param nextTurn runs a task in a later turn of the event loop
   */
  public HandshakeGate(
      int atOnce, int mayWait, Executor nextTurn, InstantSource clock, RandomGenerator random) {
    this.atOnce = atOnce;
    this.mayWait = mayWait;
    this.nextTurn = nextTurn;
    this.clock = clock;
    this.random = random;
  }

  /** Runs one of the two, now or when it is the connection's turn. */
  void enter(Connection connection, Runnable begin, Runnable refuse) {
    if (inside.size() < atOnce) {
      inside.add(connection);
      begin.run();
    } else if (waiting.size() < mayWait && !isLate(connection)) {
      waiting.add(new Waiting(connection, begin, refuse));
    } else {
      refuse.run();
    }
  }

  /** The connection's handshake is over; of no effect for one that is not inside. */
  void leave(Connection connection) {
    if (inside.remove(connection)) {
      next();
    }
  }

  /** Handshakes that are worked on. */
  public int working() {
    return inside.size();
  }

  /** Connect requests that wait for their turn. */
  public int waiting() {
    return waiting.size();
  }

  /** When somebody who was refused is to come back: not all at once. */
  long retryAfterMs() {
    return random.nextInt(SOONEST_RETRY_MS, LATEST_RETRY_MS);
  }

  /** A handshake that ends as soon as it begins comes back here; the loop that began it goes on. */
  private void next() {
    if (advancing) {
      return;
    }
    advancing = true;
    try {
      for (int i = 0; i < PER_TURN && inside.size() < atOnce && !waiting.isEmpty(); i++) {
        take(waiting.remove());
      }
    } finally {
      advancing = false;
    }
    if (inside.size() < atOnce && !waiting.isEmpty()) {
      nextTurn.execute(this::next);
    }
  }

  /** Counted from the socket on: where many come at once, most of the time goes before the gate. */
  private boolean isLate(Connection connection) {
    return clock.millis() - connection.openedAtMs() > PATIENCE_MS;
  }

  private void take(Waiting first) {
    if (!first.connection().isOpen()) {
      return;
    }
    if (isLate(first.connection())) {
      first.refuse().run();
    } else {
      inside.add(first.connection());
      first.begin().run();
    }
  }
}
