package dev.krabkrab.gateway.failure;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.krabkrab.gateway.e2e.GatewayProcesses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * A TCP load balancer: round robin without stickiness over the instances that accept, those that
 * say they are not ready last.
 */
final class Balancer implements AutoCloseable {
  private static final int CONNECT_MS = 500;
  private static final int CHECK_EVERY_MS = 200;

  private final ServerSocket server;
  private final IntSupplier count;
  private final IntUnaryOperator ports;
  private final AtomicInteger next = new AtomicInteger();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<Integer> unready = ConcurrentHashMap.newKeySet();

  private Balancer(ServerSocket server, IntSupplier count, IntUnaryOperator ports) {
    this.server = server;
    this.count = count;
    this.ports = ports;
  }

  /** A balancer on a free loopback port. */
  static Balancer over(FaultyCluster cluster) {
    return over(cluster.gateways());
  }

  /** The same over instances that reach Redis directly. */
  static Balancer over(GatewayProcesses gateways) {
    try {
      ServerSocket server = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
      Balancer balancer = new Balancer(server, gateways::size, gateways::port);
      Thread.ofVirtual().name("balancer").start(balancer::accept);
      Thread.ofVirtual().name("balancer-checks").start(balancer::check);
      return balancer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() {
    closeQuietly(server);
    sockets.forEach(Balancer::closeQuietly);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> connect(client));
      } catch (IOException e) {
        // The balancer is closed.
      }
    }
  }

  private void check() {
    while (!server.isClosed()) {
      for (int instance = 0; instance < count.getAsInt(); instance++) {
        if (isReady(instance)) {
          unready.remove(instance);
        } else {
          unready.add(instance);
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(CHECK_EVERY_MS));
    }
  }

  private boolean isReady(int instance) {
    try (Socket probe = new Socket()) {
      probe.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.applyAsInt(instance)),
          CONNECT_MS);
      probe.setSoTimeout(CONNECT_MS);
      probe
          .getOutputStream()
          .write("GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
      byte[] head = probe.getInputStream().readNBytes("HTTP/1.1 200".length());
      return new String(head, UTF_8).equals("HTTP/1.1 200");
    } catch (IOException e) {
      return false;
    }
  }

  /** The instances in the order in which they are tried. */
  private List<Integer> turn() {
    int first = next.getAndIncrement();
    return IntStream.range(0, count.getAsInt())
        .map(i -> Math.floorMod(first + i, count.getAsInt()))
        .boxed()
        .sorted(Comparator.comparing(unready::contains))
        .toList();
  }

  private void connect(Socket client) {
    for (int instance : turn()) {
      Socket backend = new Socket();
      try {
        backend.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.applyAsInt(instance)),
            CONNECT_MS);
        client.setTcpNoDelay(true);
        backend.setTcpNoDelay(true);
        sockets.add(client);
        sockets.add(backend);
        Thread.ofVirtual().start(() -> carry(client, backend));
        Thread.ofVirtual().start(() -> carry(backend, client));
        return;
      } catch (IOException e) {
        closeQuietly(backend);
      }
    }
    closeQuietly(client);
  }

  private void carry(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // The end of one side is the end of the other.
    }
    closeQuietly(from);
    closeQuietly(to);
    sockets.remove(from);
    sockets.remove(to);
  }

  private static void closeQuietly(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      // There is nothing left to close.
    }
  }
}
