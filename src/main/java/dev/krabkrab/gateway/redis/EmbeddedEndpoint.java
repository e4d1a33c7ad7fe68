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
  private static final int LOWEST_PORT = 20_000;
  private static final int HIGHEST_PORT = 32_000;
  private static final int ATTEMPTS = 100;

  /** A free port of the moment and a new password. */
  static EmbeddedEndpoint random(SecureRandom random) throws IOException {
    byte[] secret = new byte[PASSWORD_BYTES];
    random.nextBytes(secret);
    return new EmbeddedEndpoint(freePort(random), HexFormat.of().formatHex(secret));
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
  EmbeddedEndpoint elsewhere(SecureRandom random) throws IOException {
    return new EmbeddedEndpoint(freePort(random), password);
  }

  String url() {
    return "redis://:" + password + "@127.0.0.1:" + port;
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "127.0.0.1:" + port;
  }

  /**
   * Below the ports that a system hands out by itself: one of those may be promised to somebody who
   * has yet to come up, such as another instance.
   */
  private static int freePort(SecureRandom random) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = random.nextInt(LOWEST_PORT, HIGHEST_PORT + 1);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IOException("no port between " + LOWEST_PORT + " and " + HIGHEST_PORT + " is free");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, Inet4Address.ofLiteral("127.0.0.1"))) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
