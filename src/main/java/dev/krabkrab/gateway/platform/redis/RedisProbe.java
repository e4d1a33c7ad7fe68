package dev.krabkrab.gateway.platform.redis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks the server of an endpoint who it is, with one short blocking conversation over its socket.
 * The password goes into no folder that another user could have made.
 */
final class RedisProbe {
  private static final long PATIENCE_MS = 500;

  private final EmbeddedEndpoint endpoint;

  RedisProbe(EmbeddedEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** The version of the server; empty when none answers, or one that does not know the password. */
  Optional<ServerVersion> version() {
    try {
      PrivateFolder.checkAround(endpoint.socket());
      return understand(converse());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private String converse() throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = Selector.open()) {
      channel.connect(UnixDomainSocketAddress.of(endpoint.socket()));
      // QUIT makes the server end the conversation, so the answer is all there is to read.
      String text = "AUTH " + endpoint.password() + "\r\nINFO server\r\nQUIT\r\n";
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      return read(channel, selector);
    }
  }

  private static String read(SocketChannel channel, Selector selector) throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
    ByteBuffer buffer = ByteBuffer.allocate(4_096);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (channel.read(buffer) >= 0) {
      all.write(buffer.array(), 0, buffer.position());
      buffer.clear();
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        break;
      }
      selector.select(left);
      selector.selectedKeys().clear();
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  private static Optional<ServerVersion> understand(String answer) {
    if (!answer.startsWith("+OK")) {
      return Optional.empty();
    }
    return answer
        .lines()
        .flatMap(line -> ServerVersion.ofInfo(line).stream())
        .reduce((one, other) -> one.isValkey() ? one : other);
  }
}
