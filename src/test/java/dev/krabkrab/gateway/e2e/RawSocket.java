package dev.krabkrab.gateway.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket client that sends exactly the frames it is told to, good or bad. */
final class RawSocket implements AutoCloseable {
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CONTINUATION = 0;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;
  private static final int FIN = 0x80;

  /** What arrives. */
  sealed interface Arrival {
    record Text(String text) implements Arrival {}

    record Pong(byte[] payload) implements Arrival {}

    /** The end; code 1005 for a close frame without one, 1006 for no close frame at all. */
    record Closed(int code, String reason) implements Arrival {}
  }

  private final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final Object pinging = new Object();
  private int pings;
  private boolean answersPings = true;
  private volatile boolean closeSent;

  private RawSocket(Socket socket) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  /**
   * Connects and upgrades.
   *
   * @param headers further header lines; one that begins with {@code Host:} replaces the usual one
   */
  static RawSocket open(int port, String... headers) throws IOException {
    return openFrom("127.0.0.1", port, headers);
  }

  /** The same from another address of this host, such as 127.0.0.2. */
  static RawSocket openFrom(String address, int port, String... headers) throws IOException {
    Socket socket =
        new Socket(InetAddress.getByName("127.0.0.1"), port, InetAddress.getByName(address), 0);
    socket.setTcpNoDelay(true);
    RawSocket opened = new RawSocket(socket);
    List<String> lines = new ArrayList<>();
    lines.add("GET / HTTP/1.1");
    if (List.of(headers).stream().noneMatch(line -> line.startsWith("Host:"))) {
      lines.add("Host: 127.0.0.1:" + port);
    }
    lines.addAll(List.of(headers));
    lines.add("Upgrade: websocket");
    lines.add("Connection: Upgrade");
    lines.add("Sec-WebSocket-Version: 13");
    lines.add("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    opened.write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    String status = opened.readHead();
    if (!status.startsWith("HTTP/1.1 101")) {
      socket.close();
      throw new IOException("no upgrade: " + status);
    }
    Thread.ofVirtual().start(opened::readAll);
    return opened;
  }

  /** A masked frame. */
  static byte[] frame(int opcode, boolean fin, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
    frame.write((fin ? FIN : 0) | opcode);
    if (payload.length < 126) {
      frame.write(0x80 | payload.length);
    } else if (payload.length < 65_536) {
      frame.write(0x80 | 126);
      frame.write(payload.length >> 8);
      frame.write(payload.length);
    } else {
      frame.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        frame.write((int) ((long) payload.length >> shift));
      }
    }
    byte[] mask = {0x12, 0x34, 0x56, 0x78};
    frame.writeBytes(mask);
    byte[] masked = new byte[payload.length];
    for (int i = 0; i < payload.length; i++) {
      masked[i] = (byte) (payload[i] ^ mask[i & 3]);
    }
    frame.writeBytes(masked);
    return frame.toByteArray();
  }

  static byte[] text(String text) {
    return frame(TEXT, true, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends all of it in one write; false when the other side is gone. */
  boolean send(byte[]... frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    try {
      write(all.toByteArray());
      return true;
    } catch (IOException gone) {
      return false;
    }
  }

  /** From now on pings get no answer, as from a peer that is gone; returns how many came before. */
  int neverAnswerPing() {
    synchronized (pinging) {
      answersPings = false;
      return pings;
    }
  }

  /** Pings that came so far. */
  int pings() {
    synchronized (pinging) {
      return pings;
    }
  }

  /** From now on a close frame gets no answer, and the other side has to wait. */
  void neverAnswerClose() {
    closeSent = true;
  }

  /** The next thing that arrives, or null after the time. */
  @Nullable Arrival next(long timeoutMs) {
    try {
      return arrivals.poll(timeoutMs, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Cuts the connection without a close frame. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException ignored) {
      // It is gone either way.
    }
  }

  private synchronized void write(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  private String readHead() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException(head.toString());
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private void readAll() {
    Arrival.Closed end = new Arrival.Closed(1006, "");
    try {
      while (true) {
        int opcode = in.readUnsignedByte() & 0x0f;
        byte[] payload = in.readNBytes(length());
        switch (opcode) {
          case TEXT -> arrivals.add(new Arrival.Text(new String(payload, StandardCharsets.UTF_8)));
          case PING -> pinged(payload);
          case PONG -> arrivals.add(new Arrival.Pong(payload));
          case CLOSE -> {
            end = closed(payload);
            answerClose(payload);
          }
          default -> throw new IOException("opcode " + opcode);
        }
      }
    } catch (IOException ended) {
      arrivals.add(end);
    }
    close();
  }

  private void pinged(byte[] payload) throws IOException {
    boolean answers;
    synchronized (pinging) {
      pings++;
      answers = answersPings;
    }
    if (answers) {
      write(frame(PONG, true, payload));
    }
  }

  private void answerClose(byte[] payload) throws IOException {
    if (!closeSent) {
      closeSent = true;
      write(frame(CLOSE, true, payload.length < 2 ? payload : new byte[] {payload[0], payload[1]}));
    }
  }

  private static Arrival.Closed closed(byte[] payload) {
    if (payload.length < 2) {
      return new Arrival.Closed(1005, "");
    }
    int code = (payload[0] & 0xff) << 8 | payload[1] & 0xff;
    return new Arrival.Closed(
        code, new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
  }

  private int length() throws IOException {
    int length = in.readUnsignedByte() & 0x7f;
    return switch (length) {
      case 126 -> in.readUnsignedShort();
      case 127 -> Math.toIntExact(in.readLong());
      default -> length;
    };
  }
}
