package dev.krabkrab.gateway.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A balancer without affinity: each connection goes to the next instance. It can refuse, cut and
 * hold back, and can look like a stranger's proxy. Safe from any thread.
 */
final class RoundRobin implements AutoCloseable {
  private final ServerSocket listening;
  private final List<Integer> targets;
  private final @Nullable String header;
  private final AtomicInteger next = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean refusing;
  private boolean holding;
  private volatile int only = -1;

  /**
   * @param header a header line put into the first request of each connection, or null
   */
  RoundRobin(List<Integer> targets, @Nullable String header) throws IOException {
    this.targets = List.copyOf(targets);
    this.header = header;
    this.listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  /** From now on every connection goes to this one; a negative number ends that. */
  void only(int target) {
    only = target;
  }

  /** Whether new connections are closed at once. */
  void refuse(boolean now) {
    refusing = now;
  }

  /** Whether what the instances say is held back. */
  synchronized void hold(boolean now) {
    holding = now;
    notifyAll();
  }

  /** Waits until the answers of a connection may go on, or it is cut. */
  private synchronized void awaitRelease(Socket from) throws InterruptedException {
    while (holding && !from.isClosed()) {
      wait();
    }
  }

  /** Cuts every connection. */
  synchronized void cut() {
    open.forEach(RoundRobin::shut);
    notifyAll();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    cut();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        if (refusing) {
          shut(client);
        } else {
          Thread.ofVirtual().start(() -> connect(client));
        }
      } catch (IOException e) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    int one = only;
    int target =
        targets.get(one >= 0 ? one : Math.floorMod(next.getAndIncrement(), targets.size()));
    try {
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(client);
      open.add(server);
      Thread.ofVirtual().start(() -> copy(client, server, header, false));
      copy(server, client, null, true);
    } catch (IOException e) {
      shut(client);
    }
  }

  private void copy(Socket from, Socket to, @Nullable String line, boolean answers) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      if (line != null) {
        copyFirstLine(in, out);
        out.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
      }
      byte[] bytes = new byte[16_384];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        if (answers) {
          awaitRelease(from);
        }
        out.write(bytes, 0, count);
      }
    } catch (IOException e) {
      // Cut.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      shut(from);
      shut(to);
    }
  }

  private static void copyFirstLine(InputStream in, OutputStream out) throws IOException {
    for (int read = in.read(); read >= 0; read = in.read()) {
      out.write(read);
      if (read == '\n') {
        return;
      }
    }
  }

  private static void shut(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone all the same.
    }
  }
}
