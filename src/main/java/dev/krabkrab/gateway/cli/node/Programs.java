package dev.krabkrab.gateway.cli.node;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds programs as this node starts them: by their path, or in the folders of its own PATH. */
public final class Programs {
  private final List<Path> folders = new ArrayList<>();
  private final String path;

  /**
   * @param path folders separated as PATH does; those that are not full paths are left out
   */
  public Programs(String path) {
    this.path = path;
    for (String folder : path.split(File.pathSeparator, -1)) {
      if (folder.startsWith("/")) {
        folders.add(Path.of(folder));
      }
    }
  }

  /** The folders as they were given. */
  public String path() {
    return path;
  }

  /**
   * The full path of a program, its folder free of links; null when there is none that can run.
   *
   * @param folder where a relative path begins
   */
  @Nullable Path find(String name, Path folder) {
    try {
      if (name.indexOf('/') >= 0) {
        return runnable(folder.resolve(name));
      }
      for (Path candidate : folders) {
        Path found = name.isEmpty() ? null : runnable(candidate.resolve(name));
        if (found != null) {
          return found;
        }
      }
    } catch (InvalidPathException e) {
      return null;
    }
    return null;
  }

  private static @Nullable Path runnable(Path file) {
    Path folder = file.getParent();
    Path name = file.getFileName();
    if (folder == null || name == null || !Files.isRegularFile(file) || !Files.isExecutable(file)) {
      return null;
    }
    try {
      return folder.toRealPath().resolve(name);
    } catch (IOException e) {
      return null;
    }
  }
}
