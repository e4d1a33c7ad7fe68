package dev.krabkrab.gateway.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A balancer of layer 4 on loopback, which says before all else for whom it opens a socket. */
final class LittleBalancer implements AutoCloseable {
  private static final byte[] SIGNATURE = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
  };
  private static final int PROXY = 0x21;
  private static final int LOCAL = 0x20;

  private final ServerSocket server;
  private final String from;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile byte[] header = {};

  /**
   * @param from its own address towards the target
   * @param target port of this host
   */
  LittleBalancer(String from, int target) {
    this.from = from;
    this.target = target;
    try {
      this.server = new ServerSocket(0, 100, InetAddress.getByName("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** What the next sockets begin with. */
  LittleBalancer says(byte[] header) {
    this.header = header;
    return this;
  }

  LittleBalancer says(String header) {
    return says(header.getBytes(StandardCharsets.US_ASCII));
  }

  /** Names a client by version 1. */
  LittleBalancer names(String client) {
    return says(one(client));
  }

  /** Version 1. */
  static String one(String client) {
    boolean six = client.contains(":");
    return "PROXY TCP%s %s %s 40000 443\r\n"
        .formatted(six ? "6" : "4", client, six ? "::1" : "127.0.0.1");
  }

  /** Version 2 with further values behind the addresses. */
  static byte[] two(String client, byte[] values) {
    byte[] source = bytes(client);
    byte[] destination = bytes(source.length == 4 ? "127.0.0.1" : "::1");
    ByteBuffer body = ByteBuffer.allocate(source.length * 2 + 4 + values.length);
    body.put(source).put(destination).putShort((short) 40000).putShort((short) 443).put(values);
    return two(PROXY, source.length == 4 ? 0x11 : 0x21, body.array());
  }

  /** Version 2 of the balancer itself, as its health checks have it. */
  static byte[] local() {
    return two(LOCAL, 0x00, new byte[0]);
  }

  /** Version 2 of a client whose address it does not know. */
  static byte[] unknown() {
    return two(PROXY, 0x00, new byte[0]);
  }

  private static byte[] two(int command, int family, byte[] body) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(SIGNATURE);
    all.write(command);
    all.write(family);
    all.write(body.length >> 8);
    all.write(body.length);
    all.writeBytes(body);
    return all.toByteArray();
  }

  private static byte[] bytes(String address) {
    return InetAddress.ofLiteral(address).getAddress();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket there =
            new Socket(
                InetAddress.getByName("127.0.0.1"), target, InetAddress.getByName(from), 0)) {
      there.setTcpNoDelay(true);
      client.setTcpNoDelay(true);
      there.getOutputStream().write(header);
      there.getOutputStream().flush();
      Thread back = Thread.ofVirtual().start(() -> pass(there, client));
      pass(client, there);
      back.join();
    } catch (IOException e) {
      // The other side sees the end.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private static void pass(Socket from, Socket to) {
    byte[] some = new byte[8_192];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(some); read >= 0; read = in.read(some)) {
        out.write(some, 0, read);
        out.flush();
      }
    } catch (IOException e) {
      // As an end.
    }
    try {
      to.close();
    } catch (IOException e) {
      // It is closed.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
