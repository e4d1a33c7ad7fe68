package dev.krabkrab.gateway.platform.transport;

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
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts the sockets of one port that nobody has been let in over, from their first packet to the
 * end of their handshake, and bounds them in all and by address. When there are too many the oldest
 * that is not being answered makes room, so that who only holds sockets keeps nobody out. Safe from
 * any thread.
 */
public final class SocketGate {
  private static final AttributeKey<Plain> PLAIN = AttributeKey.valueOf("krabkrab.plain");

  /** A client asks to be let in sooner than this; younger sockets make no room for others. */
  private static final long YOUNG_MS = 1_000;

  /** Sockets that may be on their way out at a time, beyond the bound. */
  private static final int LEAVING = 64;

  private final int most;
  private final int mostOfAddress;
  private final Function<InetAddress, @Nullable String> countedAs;
  private final SocketMetrics metrics;
  private final InstantSource clock;
  private final @Nullable Predicate<InetAddress> mayName;

  /** Those that wait for something from their peer; who waits longest is first. */
  private final Map<Channel, Plain> waiting = new LinkedHashMap<>();

  private final Map<String, Integer> byAddress = new HashMap<>();
  private int answered;
  private int leaving;

  /** One such socket; what changes is guarded by its gate. */
  private static final class Plain {
    private final SocketGate gate;
    private @Nullable String from;
    private long sinceMs;
    private boolean answering;
    private boolean evicted;

    private Plain(SocketGate gate, @Nullable String from, long sinceMs) {
      this.gate = gate;
      this.from = from;
      this.sinceMs = sinceMs;
    }
  }

  /**
   * @param most such sockets
   * @param mostOfAddress such sockets of one address
   * @param countedAs the name under which those of an address are counted, or null where the second
   *     bound is not for it, as for a proxy
   */
  public SocketGate(
      int most,
      int mostOfAddress,
      Function<InetAddress, @Nullable String> countedAs,
      SocketMetrics metrics,
      InstantSource clock) {
    this(most, mostOfAddress, countedAs, metrics, clock, null);
  }

  /**
   * The same of a port whose peers name their clients by the PROXY protocol, all of them.
   *
   * @param mayName whether an address may do so: others are turned away unheard; null where peers
   *     speak for themselves
   */
  public SocketGate(
      int most,
      int mostOfAddress,
      Function<InetAddress, @Nullable String> countedAs,
      SocketMetrics metrics,
      InstantSource clock,
      @Nullable Predicate<InetAddress> mayName) {
    this.most = most;
    this.mostOfAddress = mostOfAddress;
    this.countedAs = countedAs;
    this.metrics = metrics;
    this.clock = clock;
    this.mayName = mayName;
  }

  /** Stands before a port from now on. */
  public void guard(Vertx vertx, int port) {
    GuardedTransport.guard(vertx, port, this);
  }

  /** Sockets that are counted. */
  public synchronized int open() {
    return waiting.size() + answered;
  }

  /** Sockets of the address that has most of them. */
  public synchronized int mostOfAddress() {
    return byAddress.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  /** Whether a socket may stay that has just been accepted. */
  boolean admit(Channel socket) {
    InetAddress peer =
        socket.remoteAddress() instanceof InetSocketAddress ip ? ip.getAddress() : null;
    if (mayName != null && (peer == null || !mayName.test(peer))) {
      metrics.cut(SocketMetrics.Cut.PEER);
      return false;
    }
    String from = peer == null ? null : countedAs.apply(peer);
    SocketMetrics.Cut reason = enter(socket, from);
    if (reason != null) {
      metrics.cut(reason);
      return false;
    }
    socket.closeFuture().addListener((ChannelFuture gone) -> left(gone.channel()));
    return true;
  }

  private synchronized SocketMetrics.@Nullable Cut enter(Channel socket, @Nullable String from) {
    if (from != null && byAddress.getOrDefault(from, 0) >= mostOfAddress) {
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
   * Counts a socket by its client from now on, where its peer is one that many clients come from.
   *
   * @param client the name under which its client is counted, or null for no bound
   * @return false, and of no effect, when that one has as many as it may have
   */
  public static boolean countAs(Connection upgraded, Supplier<@Nullable String> client) {
    Plain entry = upgraded.pipeline().channel().attr(PLAIN).get();
    if (entry == null || entry.from != null) {
      return true;
    }
    String name = client.get();
    return name == null || entry.gate.countAs(entry, name);
  }

  private synchronized boolean countAs(Plain entry, String client) {
    if (byAddress.getOrDefault(client, 0) >= mostOfAddress) {
      return false;
    }
    byAddress.merge(client, 1, Integer::sum);
    entry.from = client;
    return true;
  }

  /**
   * Whether the gateway works on an answer to a socket; while it does, that one makes no room for
   * others. Of no effect for a socket that came through no gate.
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

  /** Its client has been let in, or the socket is gone. */
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
