package dev.krabkrab.gateway.platform.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A word with a server or a sentinel on loopback, without a client. Blocking. */
final class RedisTalk {
  private static final int PATIENCE_MS = 5_000;

  private RedisTalk() {}

  /** All that is answered to these commands, one a line; empty when nobody answers. */
  static String ask(int port, String commands) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MS);
      socket.setSoTimeout(PATIENCE_MS);
      socket.getOutputStream().write((commands + "\r\n").getBytes(StandardCharsets.UTF_8));
      // It answers what it was asked before it sees the end.
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
