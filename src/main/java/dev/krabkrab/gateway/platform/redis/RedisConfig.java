package dev.krabkrab.gateway.platform.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The configuration file of a Redis server of our own. */
final class RedisConfig {

  private RedisConfig() {}

  /**
   * Text for a server on the loopback address.
   *
   * @param port where it listens, 0 for nowhere
   * @param password what clients must show
   * @param directory where its data lives
   * @param durable whether it keeps an append-only file
   */
  static String text(int port, String password, Path directory, boolean durable) {
    return """
    bind 127.0.0.1
    port %d
    requirepass %s
    dir %s
    appendonly %s
    appendfsync everysec
    save ""
    daemonize no
    loglevel notice
    """
        .formatted(port, password, quoted(directory), durable ? "yes" : "no");
  }

  /**
   * Text for a server on a socket in the folder of its data.
   *
   * @param socket name of the socket there
   * @param port on the loopback address besides, 0 for none
   */
  static String socketText(
      String socket, int port, String password, Path directory, boolean durable) {
    // The folder becomes the current one first, so that its path may be as long as it likes.
    return text(port, password, directory, durable)
        + "unixsocket %s\nunixsocketperm 700\n".formatted(socket);
  }

  /** Writes a file that only its owner may read, all of it or nothing. */
  static void writePrivately(Path file, String text) throws IOException {
    Path partial =
        Files.createTempFile(
            file.toAbsolutePath().getParent(),
            "partial",
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(partial, text);
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String quoted(Path path) {
    String text = path.toAbsolutePath().toString();
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
