package dev.krabkrab.gateway.platform.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that holds the value of one setting, as secrets are mounted: one line of text. */
final class SecretFile {
  private static final Logger LOG = LoggerFactory.getLogger(SecretFile.class);
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("------rwx");

  private SecretFile() {}

  /**
   * The line without its line break.
   *
   * @param key the setting, for messages
   * @param origin who named the file, for messages
   * @throws InvalidSettingException when there is no such file, or it holds no line or several; the
   *     message names the file and never its content
   */
  static String read(String key, String path, String origin) {
    String text;
    try {
      Path file = Path.of(path.strip());
      text = Files.readString(file);
      warnIfOpen(key, file);
    } catch (IOException | IllegalArgumentException e) {
      throw refused(key, "cannot read " + path, origin);
    }
    String line = withoutLineBreak(text);
    if (line.isBlank()) {
      throw refused(key, path + " is empty", origin);
    }
    if (line.lines().count() != 1) {
      throw refused(key, path + " must hold one line", origin);
    }
    return line;
  }

  private static String withoutLineBreak(String text) {
    if (text.endsWith("\r\n")) {
      return text.substring(0, text.length() - 2);
    }
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  private static void warnIfOpen(String key, Path file) throws IOException {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (posix && Files.isRegularFile(file)) {
      Set<PosixFilePermission> open = Files.getPosixFilePermissions(file);
      open.retainAll(OTHERS);
      if (!open.isEmpty()) {
        LOG.warn("{}: everybody on this machine has access to {}", key, file);
      }
    }
  }

  private static InvalidSettingException refused(String key, String problem, String origin) {
    return new InvalidSettingException(key + ": " + problem + " (from " + origin + ")");
  }
}
