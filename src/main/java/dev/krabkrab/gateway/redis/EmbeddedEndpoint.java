package dev.krabkrab.gateway.redis;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the embedded Redis of a state directory listens, and its password in hex. Kept in a file,
 * so that whoever starts it again starts it in the same place.
 */
record EmbeddedEndpoint(int port, String password) {

  /** The one shape we write; a JSON library costs a fresh JVM more time than Redis takes. */
  private static final Pattern FILE =
      Pattern.compile(
          "\\{\"host\":\"127.0.0.1\",\"port\":(\\d{1,5}),\"password\":\"([0-9a-f]{32,})\"}\\s*");

  private static final int PASSWORD_BYTES = 24;

  /** A free port of the moment and a new password. */
  static EmbeddedEndpoint random(SecureRandom random) throws IOException {
    byte[] secret = new byte[PASSWORD_BYTES];
    random.nextBytes(secret);
    return new EmbeddedEndpoint(freePort(), HexFormat.of().formatHex(secret));
  }

  /** What the file says; empty when there is none. */
  static Optional<EmbeddedEndpoint> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Matcher matcher = FILE.matcher(Files.readString(file));
    if (!matcher.matches()) {
      throw new IOException(file + " does not describe an embedded Redis; remove it to start anew");
    }
    return Optional.of(new EmbeddedEndpoint(Integer.parseInt(matcher.group(1)), matcher.group(2)));
  }

  void write(Path file) throws IOException {
    RedisConfig.writePrivately(
        file,
        "{\"host\":\"127.0.0.1\",\"port\":%d,\"password\":\"%s\"}\n".formatted(port, password));
  }

  /** The same password at another free port. */
  EmbeddedEndpoint elsewhere() throws IOException {
    return new EmbeddedEndpoint(freePort(), password);
  }

  String url() {
    return "redis://:" + password + "@127.0.0.1:" + port;
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "127.0.0.1:" + port;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, Inet4Address.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }
}
