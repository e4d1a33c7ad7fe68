package dev.krabkrab.gateway.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.AttributeKey;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Counts the plain sockets of one port, those that are no WebSocket or not yet, from their first
 * packet on, and bounds them in all and by address. When there are too many the oldest that is not
 * being answered makes room, so that who only holds sockets keeps nobody out. Safe from any thread.
 */
public final class SocketGate {
  private static final AttributeKey<Plain> PLAIN = AttributeKey.valueOf("krabkrab.plain");

  /** A client upgrades sooner than this; younger sockets make no room for others. */
  private static final long YOUNG_MS = 1_000;

  /** Sockets that may be on their way out at a time, beyond the bound. */
  private static final int LEAVING = 64;

  private final int most;
  private final int mostOfAddress;
  private final Predicate<InetAddress> exempt;
  private final SocketMetrics metrics;
  private final InstantSource clock;

  /** Those that wait for something from their peer; who waits longest is first. */
  private final Map<Channel, Plain> waiting = new LinkedHashMap<>();

  private final Map<InetAddress, Integer> byAddress = new HashMap<>();
  private int answered;
  private int leaving;

  /** One plain socket; what changes is guarded by its gate. */
  private static final class Plain {
    private final SocketGate gate;
    private final @Nullable InetAddress from;
    private long sinceMs;
    private boolean answering;
    private boolean evicted;

    private Plain(SocketGate gate, @Nullable InetAddress from, long sinceMs) {
      this.gate = gate;
      this.from = from;
      this.sinceMs = sinceMs;
    }
  }

  /**
   * @param most plain sockets
   * @param mostOfAddress plain sockets of one address
   * @param exempt addresses that the second bound is not for, such as proxies
   */
  public SocketGate(
      int most,
      int mostOfAddress,
      Predicate<InetAddress> exempt,
      SocketMetrics metrics,
      InstantSource clock) {
    this.most = most;
    this.mostOfAddress = mostOfAddress;
    this.exempt = exempt;
    this.metrics = metrics;
    this.clock = clock;
  }

  /** Stands before a port from now on. */
  public void guard(Vertx vertx, int port) {
    GuardedTransport.guard(vertx, port, this);
  }

  /** Plain sockets there are. */
  public synchronized int open() {
    return waiting.size() + answered;
  }

  /** Plain sockets of the address that has most of them. */
  public synchronized int mostOfAddress() {
    return byAddress.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** Whether a socket may stay that has just been accepted. */
  boolean admit(Channel socket) {
    InetAddress from =
        socket.remoteAddress() instanceof InetSocketAddress ip ? ip.getAddress() : null;
    SocketMetrics.Cut reason = enter(socket, from);
    if (reason != null) {
      metrics.cut(reason);
      return false;
    }
    socket.closeFuture().addListener((ChannelFuture gone) -> left(gone.channel()));
    return true;
  }

  private synchronized SocketMetrics.@Nullable Cut enter(
      Channel socket, @Nullable InetAddress from) {
    boolean bound = from != null && !exempt.test(from);
    if (bound && byAddress.getOrDefault(from, 0) >= mostOfAddress) {
      return SocketMetrics.Cut.ADDRESS;
    }
    if (open() - leaving >= most && !makeRoom()) {
      return SocketMetrics.Cut.FULL;
    }
    Plain entry = new Plain(this, from, clock.millis());
    waiting.put(socket, entry);
    socket.attr(PLAIN).set(entry);
    if (from != null) {
      byAddress.merge(from, 1, Integer::sum);
    }
    return null;
  }

  private boolean makeRoom() {
    if (leaving >= LEAVING) {
      return false;
    }
    long now = clock.millis();
    for (Map.Entry<Channel, Plain> oldest : waiting.entrySet()) {
      Plain entry = oldest.getValue();
      if (entry.evicted) {
        continue;
      }
      if (now - entry.sinceMs < YOUNG_MS) {
        return false;
      }
      entry.evicted = true;
      leaving++;
      metrics.cut(SocketMetrics.Cut.FULL);
      cut(oldest.getKey());
      return true;
    }
    return false;
  }

  /** Ends a socket at once: no farewell of TLS, nothing that waits is written. */
  static void cut(Channel socket) {
    Channel.Unsafe unsafe = socket.unsafe();
    socket.eventLoop().execute(() -> unsafe.close(unsafe.voidPromise()));
  }

  /**
   * Whether the gateway works on an answer to a plain socket; while it does, that one makes no room
   * for others. Of no effect for a socket that came through no gate.
   */
  static void answering(Channel socket, boolean now) {
    Plain entry = socket.attr(PLAIN).get();
    if (entry != null) {
      entry.gate.answering(socket, entry, now);
    }
  }

  private synchronized void answering(Channel socket, Plain entry, boolean now) {
    if (entry.answering == now || entry.evicted) {
      return;
    }
    entry.answering = now;
    if (now) {
      waiting.remove(socket);
      answered++;
    } else {
      entry.sinceMs = clock.millis();
      answered--;
      waiting.put(socket, entry);
    }
  }

  /** The socket is a WebSocket now, or gone. */
  static void left(Channel socket) {
    Plain entry = socket.attr(PLAIN).getAndSet(null);
    if (entry != null) {
      entry.gate.left(socket, entry);
    }
  }

  private synchronized void left(Channel socket, Plain entry) {
    if (entry.answering) {
      answered--;
    } else {
      waiting.remove(socket);
    }
    leaving -= entry.evicted ? 1 : 0;
    if (entry.from != null) {
      byAddress.computeIfPresent(
          entry.from, (address, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }
  }
}
