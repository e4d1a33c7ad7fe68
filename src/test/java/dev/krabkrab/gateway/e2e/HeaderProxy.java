package dev.krabkrab.gateway.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntSupplier;

/**
 * Stands between clients and an instance: says of every client that it comes from elsewhere, and
 * can cut all connections.
 */
final class HeaderProxy implements AutoCloseable {
  private static final byte[] HEADER =
      (Cluster.REMOTE + "\r\n").getBytes(StandardCharsets.ISO_8859_1);

  private final ServerSocket server;
  private final IntSupplier target;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

  HeaderProxy(IntSupplier target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  String url() {
    return "ws://127.0.0.1:" + server.getLocalPort();
  }

  /** Cuts every connection there is. */
  void cut() {
    for (Socket socket = sockets.poll(); socket != null; socket = sockets.poll()) {
      quietly(socket);
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> join(client));
      }
    } catch (IOException closed) {
      cut();
    }
  }

  private void join(Socket client) {
    try (client;
        Socket instance = new Socket(InetAddress.getLoopbackAddress(), target.getAsInt())) {
      sockets.add(client);
      sockets.add(instance);
      instance.getOutputStream().write(firstLine(client.getInputStream()));
      instance.getOutputStream().write(HEADER);
      Thread back = Thread.ofVirtual().start(() -> pipe(instance, client));
      pipe(client, instance);
      back.join();
    } catch (IOException e) {
      quietly(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] firstLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0; b = in.read()) {
      line.append((char) b);
      if (b == '\n') {
        break;
      }
    }
    return line.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void pipe(Socket from, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      from.getInputStream().transferTo(out);
    } catch (IOException e) {
      quietly(from);
    }
    quietly(to);
  }

  private static void quietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
