package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.CloseReason;
import dev.krabkrab.gateway.platform.protocol.EncodedEvent;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All sockets of this instance, over all its event loops. Safe from any thread. */
public final class LocalConnections {
  private final InstantSource clock;
  private final RandomGenerator random;
  private final long outboxBytesPerLoop;
  private final List<LoopConnections> loops = new CopyOnWriteArrayList<>();
  private final Map<String, Connection> ready = new ConcurrentHashMap<>();
  private final Map<String, Integer> perDevice = new ConcurrentHashMap<>();

  /** Without a bound on what waits for slow readers together. */
  public LocalConnections(InstantSource clock, RandomGenerator random) {
    this(clock, random, Long.MAX_VALUE);
  }

  /**
   * @param outboxBytesPerLoop what may wait for the slow readers of one event loop together
   */
  public LocalConnections(InstantSource clock, RandomGenerator random, long outboxBytesPerLoop) {
    this.clock = clock;
    this.random = random;
    this.outboxBytesPerLoop = outboxBytesPerLoop;
  }

  /** Makes the list of the calling event loop. */
  public LoopConnections openLoop(Vertx vertx) {
    LoopConnections loop = new LoopConnections(vertx, clock, random, outboxBytesPerLoop);
    loops.add(loop);
    return loop;
  }

  /**
   * Enters a connection whose handshake is done.
   *
   * @return false, and of no effect, when its device has as many as it may have
   */
  public boolean enter(Connection connection, int mostPerDevice) {
    String device = device(connection);
    if (device != null && perDevice.merge(device, 1, Integer::sum) > mostPerDevice) {
      perDevice.computeIfPresent(device, LocalConnections::oneLess);
      return false;
    }
    ready.put(connection.id(), connection);
    return true;
  }

  /** Forgets a connection; false when it never finished its handshake. */
  public boolean leave(Connection connection) {
    boolean entered = ready.remove(connection.id(), connection);
    String device = device(connection);
    if (entered && device != null) {
      perDevice.computeIfPresent(device, LocalConnections::oneLess);
    }
    return entered;
  }

  public @Nullable Connection find(String connId) {
    return ready.get(connId);
  }

  /** Number of connections that are through their handshake. */
  public int count() {
    return ready.size();
  }

  public void broadcast(EncodedEvent event) {
    for (LoopConnections loop : loops) {
      loop.execute(() -> loop.broadcast(event));
    }
  }

  /** Sends events that leave in one write for each connection. */
  public void broadcast(List<EncodedEvent> events) {
    for (LoopConnections loop : loops) {
      loop.execute(() -> loop.broadcast(events));
    }
  }

  /** Visits every connection that is through its handshake, each on its own loop. */
  public void forEachReady(Consumer<Connection> visitor) {
    for (LoopConnections loop : loops) {
      loop.execute(() -> loop.forEachReady((connection, caller) -> visitor.accept(connection)));
    }
  }

  /**
   * Closes those whose caller matches and that were let in under an older generation of their
   * device. One in the middle of its handshake is closed when it turns out to be let in so.
   */
  public void closeWhere(Predicate<Caller> matches, long generation, CloseReason reason) {
    for (LoopConnections loop : loops) {
      loop.execute(
          () ->
              loop.forEachKnown(
                  (connection, caller) -> {
                    if (matches.test(caller)) {
                      connection.recall(generation, reason);
                    }
                  }));
    }
  }

  /** Shows every connection that is through its handshake, on the calling thread. */
  void visit(Consumer<Connection> visitor) {
    ready.values().forEach(visitor);
  }

  /** Callers connected at this moment. */
  public List<Caller> callers() {
    return ready.values().stream().map(Connection::caller).filter(Objects::nonNull).toList();
  }

  /** Counts the connections that are through their handshake; looks at each of them. */
  public ConnectionStats survey() {
    int operators = 0;
    int nodes = 0;
    int backlogged = 0;
    long pending = 0;
    long largest = 0;
    for (Connection connection : ready.values()) {
      Caller caller = connection.caller();
      if (caller != null && caller.isNode()) {
        nodes++;
      } else {
        operators++;
      }
      long bytes = connection.pendingBytes();
      backlogged += bytes > 0 ? 1 : 0;
      pending += bytes;
      largest = Math.max(largest, bytes);
    }
    return new ConnectionStats(operators, nodes, backlogged, pending, largest);
  }

  /** Connections of the device that has most of them. */
  public int mostOfDevice() {
    return perDevice.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** Unanswered calls of the connection that has most of them. */
  public int mostInFlight() {
    return ready.values().stream().mapToInt(open -> open.calls().inFlight()).max().orElse(0);
  }

  private static @Nullable String device(Connection connection) {
    Caller caller = connection.caller();
    return caller == null ? null : caller.deviceId();
  }

  private static @Nullable Integer oneLess(String device, int count) {
    return count == 1 ? null : count - 1;
  }

  /** Every connection of this instance, handshaken or not, each on its own loop. */
  public void forEach(Consumer<Connection> visitor) {
    for (LoopConnections loop : loops) {
      loop.execute(() -> loop.forEach(visitor));
    }
  }
}
