package dev.krabkrab.gateway.failure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;

/** A TCP load balancer: round robin over the instances that accept, without stickiness. */
final class Balancer implements AutoCloseable {
  private static final int CONNECT_MS = 500;

  private final ServerSocket server;
  private final IntSupplier count;
  private final IntUnaryOperator ports;
  private final AtomicInteger next = new AtomicInteger();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  private Balancer(ServerSocket server, IntSupplier count, IntUnaryOperator ports) {
    this.server = server;
    this.count = count;
    this.ports = ports;
  }

  /** A balancer on a free loopback port. */
  static Balancer over(FaultyCluster cluster) {
    try {
      ServerSocket server = new ServerSocket(0, 1_024, InetAddress.getLoopbackAddress());
      Balancer balancer = new Balancer(server, cluster.gateways()::size, cluster.gateways()::port);
      Thread.ofVirtual().name("balancer").start(balancer::accept);
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

  private void connect(Socket client) {
    for (int i = 0; i < count.getAsInt(); i++) {
      int instance = Math.floorMod(next.getAndIncrement(), count.getAsInt());
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
