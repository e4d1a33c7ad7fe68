package dev.krabkrab.gateway.platform.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/**
 * A folder that nobody but the user of this process may enter: what listens on a socket in it was
 * started by that user, and may be told a password.
 */
final class PrivateFolder {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  private PrivateFolder() {}

  /** Makes it, with its parents, when it is not there; then as {@link #check}. */
  static void make(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
    check(folder);
  }

  /**
   * Looks whether a socket is in one.
   *
   * @throws IOException as {@link #check}
   */
  static void checkAround(Path socket) throws IOException {
    Path folder = socket.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(socket + " is in no folder");
    }
    check(folder);
  }

  /**
   * Looks whether it is one.
   *
   * @throws IOException with words for the operator when it is missing, a link, somebody else's, or
   *     open to others
   */
  static void check(Path folder) throws IOException {
    PosixFileAttributes found;
    try {
      found = Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      throw new IOException(folder + " is gone", e);
    }
    if (!found.isDirectory()) {
      throw new IOException(folder + " must be a folder, and no link to one");
    }
    if (!found.owner().equals(Self.USER)) {
      throw new IOException(folder + " belongs to " + found.owner() + ", not to " + Self.USER);
    }
    if (!OWNER_ONLY.containsAll(found.permissions())) {
      throw new IOException(
          folder + " is open to other users: chmod 700 it, when nobody has put anything there");
    }
  }

  /** Who this process is, as files show it. */
  private static final class Self {
    static final UserPrincipal USER = user();

    private static UserPrincipal user() {
      try {
        Path own = Files.createTempFile("krabkrab", ".owner");
        try {
          return Files.getOwner(own);
        } finally {
          Files.delete(own);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("no temporary file can be made", e);
      }
    }
  }
}
