package dev.krabkrab.gateway.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks what listens on an endpoint, with one short blocking conversation. */
final class RedisProbe {

  private static final int PATIENCE_MS = 500;

  /** Who answered. */
  enum Answer {
    /** The connection was refused. */
    NOBODY,
    /** A Redis that accepts the password. */
    OURS,
    /** Somebody who does not. */
    FOREIGN,
    /** Somebody, but too slow or gone in the middle. */
    UNCLEAR
  }

  private final EmbeddedEndpoint endpoint;

  RedisProbe(EmbeddedEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  Answer ask() {
    return converse("PING").answer();
  }

  /** The version of the server, when it is ours. */
  Optional<String> version() {
    return Optional.ofNullable(converse("INFO server").version());
  }

  /** Tells a server of ours to flush and leave. */
  void shutdown() {
    converse("SHUTDOWN NOSAVE");
  }

  private record Conversation(Answer answer, @Nullable String version) {}

  private Conversation converse(String command) {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.connect(
          new InetSocketAddress(Inet4Address.ofLiteral("127.0.0.1"), endpoint.port()), PATIENCE_MS);
      OutputStream out = socket.getOutputStream();
      // QUIT makes the server end the conversation, so the answer is all there is to read.
      String text = "AUTH " + endpoint.password() + "\r\n" + command + "\r\nQUIT\r\n";
      out.write(text.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      return understand(
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)));
    } catch (ConnectException e) {
      return new Conversation(Answer.NOBODY, null);
    } catch (IOException e) {
      return new Conversation(Answer.UNCLEAR, null);
    }
  }

  private static Conversation understand(BufferedReader reader) throws IOException {
    String greeting = reader.readLine();
    if (greeting == null) {
      return new Conversation(Answer.UNCLEAR, null);
    }
    if (!greeting.equals("+OK")) {
      return new Conversation(Answer.FOREIGN, null);
    }
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.startsWith("redis_version:")) {
        return new Conversation(Answer.OURS, line.substring(line.indexOf(':') + 1).strip());
      }
    }
    return new Conversation(Answer.OURS, null);
  }
}
