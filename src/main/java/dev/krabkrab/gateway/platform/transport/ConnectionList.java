package dev.krabkrab.gateway.platform.transport;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop. Going through them all may take many turns of the loop, so
 * that nobody else waits for thousands; what closes meanwhile leaves the list afterwards. Used on
 * that loop only.
 */
final class ConnectionList {
  /** One connection and when within their interval its ticks and pings are due. */
  record Entry(Connection connection, int tickPhase, int pingPhase) {}

  private final Executor nextTurn;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Connection> leaving = new ArrayList<>();
  private final Deque<Walk> walks = new ArrayDeque<>();
  private int visits;

  /** A way through the entries there were when it began. */
  private static final class Walk {
    final Consumer<Entry> visitor;
    final int perTurn;
    final Runnable end;
    int next;
    int last = -1;

    Walk(Consumer<Entry> visitor, int perTurn, Runnable end) {
      this.visitor = visitor;
      this.perTurn = perTurn;
      this.end = end;
    }
  }

  /**
   * @param nextTurn runs a task in a later turn of the loop
   */
  ConnectionList(Executor nextTurn) {
    this.nextTurn = nextTurn;
  }

  void add(Entry entry) {
    entry.connection().slot = entries.size();
    entries.add(entry);
  }

  /** Takes a connection out; of no effect for one that is not in it. */
  void remove(Connection connection) {
    if (visits > 0) {
      leaving.add(connection);
      return;
    }
    int slot = connection.slot;
    if (slot < 0) {
      return;
    }
    connection.slot = -1;
    Entry last = entries.removeLast();
    if (slot < entries.size()) {
      entries.set(slot, last);
      last.connection().slot = slot;
    }
  }

  /** Everybody in it, closed ones that have yet to leave among them. */
  List<Connection> connections() {
    return entries.stream().map(Entry::connection).toList();
  }

  /** Goes through all entries at once. */
  void visit(Consumer<Entry> visitor) {
    int last = entries.size();
    visits++;
    try {
      for (int i = 0; i < last; i++) {
        visitor.accept(entries.get(i));
      }
    } finally {
      visited();
    }
  }

  /**
   * Goes through all entries, so many in a turn. Walks never overtake one another, and the first
   * turn of one that finds no other is now.
   *
   * @param end run when it is through
   */
  void walk(Consumer<Entry> visitor, int perTurn, Runnable end) {
    walks.add(new Walk(visitor, perTurn, end));
    if (walks.size() == 1) {
      step();
    }
  }

  private void step() {
    @Nullable Walk walk = walks.peek();
    if (walk == null) {
      return;
    }
    if (walk.last < 0) {
      walk.last = entries.size();
      visits++;
    }
    int until = Math.min(walk.last, walk.next + walk.perTurn);
    try {
      while (walk.next < until) {
        walk.visitor.accept(entries.get(walk.next++));
      }
    } finally {
      if (walk.next >= walk.last) {
        walks.remove();
        visited();
        walk.end.run();
      }
      if (!walks.isEmpty()) {
        nextTurn.execute(this::step);
      }
    }
  }

  private void visited() {
    visits--;
    if (visits == 0 && !leaving.isEmpty()) {
      List<Connection> left = List.copyOf(leaving);
      leaving.clear();
      left.forEach(this::remove);
    }
  }
}
