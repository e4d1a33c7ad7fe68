package dev.krabkrab.gateway.platform.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Paths as people write them: {@code ~/} is the home directory. */
final class Paths {
  private Paths() {}

  static Path of(Setting setting, Path home, Path otherwise) {
    Path path = orNull(setting, home);
    return path == null ? otherwise : path;
  }

  /** A file that is there already. */
  static @Nullable Path readable(Setting setting, Path home) {
    Path path = orNull(setting, home);
    if (path != null && !(Files.isRegularFile(path) && Files.isReadable(path))) {
      throw setting.refused("the path of a file that can be read");
    }
    return path;
  }

  static @Nullable Path orNull(Setting setting, Path home) {
    String text = setting.text();
    if (text == null) {
      return null;
    }
    try {
      return text.startsWith("~/")
          ? home.resolve(text.substring(2))
          : Path.of(text).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw setting.refused("a path");
    }
  }
}
