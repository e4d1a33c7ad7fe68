package dev.krabkrab.gateway.platform.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the embedded Redis of a state directory listens, and its password in hex. Kept in a file,
 * so that whoever starts it again starts it in the same place.
 *
 * @param socket a Unix socket in a {@link PrivateFolder}, or a link to it there
 * @param port on the loopback address besides, for other programs; 0 for none
 */
record EmbeddedEndpoint(Path socket, int port, String password) {
  /** The longest path that a socket can be reached by on every system, in bytes. */
  static final int LONGEST_PATH = 103;

  /** The one shape we write; a JSON library costs a fresh JVM more time than Redis takes. */
  private static final Pattern FILE =
      Pattern.compile(
          "\\{\"socket\":\"([^\"\\n"
              + "]+)\",\"port\":(\\d{1,5}),\"password\":\"([0-9a-f]{32,})\"}\\s*");

  /** The shape of releases whose server listened on a port only. */
  private static final Pattern FORMER =
      Pattern.compile("\\{\"host\":\"127.0.0.1\",\"port\":(\\d{1,5}),\"password\":.*}\\s*");

  private static final int PASSWORD_BYTES = 24;
  private static final int NAME_BYTES = 8;
  private static final String HERE = "redis.sock";
  private static final Path SHORT = Path.of("/tmp");

  /** A new one for the files in a folder, with a new password and no port. */
  static EmbeddedEndpoint create(Path directory, SecureRandom random) {
    Path socket = directory.resolve(HERE);
    boolean fits = socket.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH;
    return new EmbeddedEndpoint(
        fits ? socket : SHORT.resolve("krabkrab-" + hex(random, NAME_BYTES)).resolve(HERE),
        0,
        hex(random, PASSWORD_BYTES));
  }

  /** What the file says; empty when there is none, or one of a former release. */
  static Optional<EmbeddedEndpoint> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String text = Files.readString(file);
    Matcher matcher = FILE.matcher(text);
    if (matcher.matches()) {
      return Optional.of(
          new EmbeddedEndpoint(
              Path.of(matcher.group(1)), Integer.parseInt(matcher.group(2)), matcher.group(3)));
    }
    if (FORMER.matcher(text).matches()) {
      return Optional.empty();
    }
    throw new IOException(file + " does not describe an embedded Redis; remove it to start anew");
  }

  /** The port of a former release's server, when the file is of one. */
  static OptionalInt formerPort(Path file) throws IOException {
    Matcher matcher = FORMER.matcher(Files.exists(file) ? Files.readString(file) : "");
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  void write(Path file) throws IOException {
    RedisConfig.writePrivately(
        file,
        "{\"socket\":\"%s\",\"port\":%d,\"password\":\"%s\"}\n".formatted(socket, port, password));
  }

  /** The same with another port besides; 0 for none. */
  EmbeddedEndpoint withPort(int other) {
    return new EmbeddedEndpoint(socket, other, password);
  }

  String url() {
    return "unix://" + socket.toUri().getRawPath().replace(",", "%2C") + "?password=" + password;
  }

  /** Without the password. */
  @Override
  public String toString() {
    return socket + (port == 0 ? "" : " and 127.0.0.1:" + port);
  }

  private static String hex(SecureRandom random, int bytes) {
    byte[] made = new byte[bytes];
    random.nextBytes(made);
    return HexFormat.of().formatHex(made);
  }
}
