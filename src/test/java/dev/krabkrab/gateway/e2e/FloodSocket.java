package dev.krabkrab.gateway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Json;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A socket that sends what it is told and reads nothing unless it is told to. */
final class FloodSocket implements AutoCloseable {
  private static final String UPGRADE =
      "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

  private static final int SMALL = 4 * 1024;
  private static final int PATIENCE_MS = 30_000;

  private final Socket socket;

  private FloodSocket(Socket socket) {
    this.socket = socket;
  }

  static FloodSocket open(int port) {
    try {
      Socket socket = new Socket();
      // What the kernel takes for a client that does not read is of no interest here.
      socket.setReceiveBufferSize(SMALL);
      socket.setSoTimeout(PATIENCE_MS);
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MS);
      return new FloodSocket(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A WebSocket that was challenged. */
  static FloodSocket upgraded(int port) {
    FloodSocket flood = open(port);
    flood.upgrade();
    return flood;
  }

  /** A WebSocket that was let in. */
  static FloodSocket admitted(int port, Connect connect) {
    FloodSocket flood = open(port);
    JsonNode challenge = flood.upgrade();
    ObjectNode frame = Json.object().put("type", "req").put("id", "c0").put("method", "connect");
    long ts = challenge.path("ts").asLong();
    frame.set("params", connect.params(challenge.path("nonce").asText(), ts));
    flood.send(RawSocket.text(Json.text(frame)));
    JsonNode answer = flood.frame();
    if (!answer.path("ok").asBoolean()) {
      throw new AssertionError(answer.toString());
    }
    return flood;
  }

  /** A socket that has asked for an upgrade, with one more header. */
  static FloodSocket asking(int port, String header) {
    FloodSocket flood = open(port);
    flood.send(UPGRADE + header + "\r\n\r\n");
    return flood;
  }

  private JsonNode upgrade() {
    send(UPGRADE + "\r\n");
    String head = head();
    if (!head.startsWith("HTTP/1.1 101")) {
      throw new IllegalStateException(head);
    }
    return frame().path("payload");
  }

  /** Everything up to an empty line. */
  String head() {
    StringBuilder head = new StringBuilder();
    try {
      InputStream in = socket.getInputStream();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          throw new EOFException(head.toString());
        }
        head.append((char) next);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return head.toString();
  }

  /** The next text; pings that come before it are answered, a close frame fails. */
  JsonNode frame() {
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        int opcode = in.readUnsignedByte() & 0x0F;
        byte[] payload = in.readNBytes(length(in));
        switch (opcode) {
          case RawSocket.TEXT -> {
            return Objects.requireNonNull(Json.tryParse(payload));
          }
          case RawSocket.PING -> send(RawSocket.frame(RawSocket.PONG, true, payload));
          default ->
              throw new AssertionError(
                  "opcode " + opcode + ": " + new String(payload, StandardCharsets.ISO_8859_1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int length(DataInputStream in) throws IOException {
    int length = in.readUnsignedByte();
    return switch (length) {
      case 126 -> in.readUnsignedShort();
      case 127 -> Math.toIntExact(in.readLong());
      default -> length;
    };
  }

  /** False when the other side is gone. */
  boolean send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      return true;
    } catch (IOException gone) {
      return false;
    }
  }

  boolean send(String text) {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Everything until the other side closes; fails when it does not within the time. */
  String rest(int timeoutMs) {
    try {
      socket.setSoTimeout(timeoutMs);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketTimeoutException open) {
      throw new AssertionError("still open", open);
    } catch (IOException reset) {
      return "reset";
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException ignored) {
      // It is gone either way.
    }
  }
}
