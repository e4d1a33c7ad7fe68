package dev.krabkrab.gateway.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the command line finds the shared token of a gateway on the same machine. */
final class TokenFile {
  private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);
  private static final String OWNER_ONLY = "rw-------";

  private TokenFile() {}

  /**
   * Writes the token, for its owner's eyes only; without one nothing is written.
   *
   * @return the file
   */
  static Path keep(Path stateDir, @Nullable String token) {
    Path file = stateDir.resolve("gateway-token");
    if (token == null) {
      return file;
    }
    try {
      Files.createDirectories(stateDir);
      if (!Files.exists(file)) {
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
      }
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(OWNER_ONLY));
      Files.writeString(
          file, token + "\n", StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    } catch (IOException | UnsupportedOperationException e) {
      LOG.warn("the token is not kept in {}: {}", file, e.getMessage());
    }
    return file;
  }
}
