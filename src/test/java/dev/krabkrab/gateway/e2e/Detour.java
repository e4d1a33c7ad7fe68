package dev.krabkrab.gateway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A balancer in front of instances: each connection goes to the one that is chosen now. */
final class Detour implements AutoCloseable {
  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile int target;

  Detour(int target) {
    this.target = target;
    try {
      this.server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("detour").start(this::accept);
  }

  String url() {
    return "ws://127.0.0.1:" + server.getLocalPort();
  }

  /** Cuts all connections; the next ones go elsewhere. */
  void cutAndTurnTo(int other) {
    target = other;
    sockets.forEach(Detour::close);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Socket gateway = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(client);
        sockets.add(gateway);
        pass(client, gateway);
        pass(gateway, client);
      } catch (IOException e) {
        // Closed, or nobody listens there: the client sees it.
      }
    }
  }

  private static void pass(Socket from, Socket to) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                from.getInputStream().transferTo(to.getOutputStream());
              } catch (IOException e) {
                // Cut.
              } finally {
                close(from);
                close(to);
              }
            });
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    sockets.forEach(Detour::close);
  }
}
