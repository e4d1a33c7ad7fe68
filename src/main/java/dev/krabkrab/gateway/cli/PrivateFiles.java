package dev.krabkrab.gateway.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Files only their owner can read (mode 0600), written so that a reader never sees half of one. */
final class PrivateFiles {
  private PrivateFiles() {}

  /** The file's text, or empty when there is no such file. */
  static Optional<String> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      throw CliException.local(
          "cannot read " + file + ": " + e, "Check its owner, or choose another --state-dir.", e);
    }
  }

  /** Writes the file, replacing an older one. */
  static void replace(Path file, String text) {
    try {
      Path temporary = temporary(file, text);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  /**
   * Writes the file unless another process was faster.
   *
   * @return whether this call wrote it
   */
  static boolean createOnce(Path file, String text) {
    try {
      Path temporary = temporary(file, text);
      try {
        // A hard link appears whole or not at all, and never over an existing file.
        Files.createLink(file, temporary);
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      } catch (UnsupportedOperationException e) {
        Files.move(temporary, file);
        return true;
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private static Path temporary(Path file, String text) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException("no parent directory");
    }
    Files.createDirectories(directory, mode(directory, "rwx------"));
    Path temporary =
        Files.createTempFile(
            directory, file.getFileName() + ".", ".tmp", mode(directory, "rw-------"));
    Files.write(temporary, text.getBytes(StandardCharsets.UTF_8));
    return temporary;
  }

  private static FileAttribute<?>[] mode(Path path, String permissions) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static CliException cannotWrite(Path file, IOException e) {
    return CliException.local(
        "cannot write " + file + ": " + e,
        "Make the directory writable, or choose another one with --state-dir.",
        e);
  }
}
