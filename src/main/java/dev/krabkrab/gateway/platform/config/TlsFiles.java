package dev.krabkrab.gateway.platform.config;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Objects;
import org.bouncycastle.operator.OperatorCreationException;

/**
 * The certificate and key files of an instance. Reads and writes files: not for an event loop.
 * Protocol 01e §12.1.
 */
public final class TlsFiles {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final TlsSettings settings;

  public TlsFiles(TlsSettings settings) {
    this.settings = settings;
  }

  /**
   * Reads the pair, after making one if neither file exists and the settings allow it.
   *
   * @param hostName goes into a certificate made here, besides localhost
   * @throws TlsException when there is no usable pair
   */
  public TlsMaterial open(String hostName, InstantSource clock, SecureRandom random) {
    if (settings.autoGenerate() && noneExists()) {
      try {
        generate(hostName, clock, random);
      } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
        throw new TlsException("failed to generate cert", e);
      }
    }
    return read();
  }

  /**
   * Reads the pair.
   *
   * @throws TlsException when there is no usable pair
   */
  public TlsMaterial read() {
    if (!Files.exists(settings.certPath()) || !Files.exists(settings.keyPath())) {
      throw new TlsException("cert/key missing");
    }
    try {
      return TlsPair.check(
          Files.readString(settings.certPath()), Files.readString(settings.keyPath()));
    } catch (IOException | GeneralSecurityException e) {
      throw new TlsException("failed to load cert", e);
    }
  }

  private boolean noneExists() {
    return !Files.exists(settings.certPath()) && !Files.exists(settings.keyPath());
  }

  /** Under a lock, since two instances may start on one state directory at once. */
  private void generate(String hostName, InstantSource clock, SecureRandom random)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    Path folder = parent(settings.keyPath());
    Files.createDirectories(folder);
    Files.createDirectories(parent(settings.certPath()));
    try (FileChannel channel =
            FileChannel.open(
                folder.resolve(".tls.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && noneExists()) {
        SelfSignedCertificate.Pair pair =
            SelfSignedCertificate.make(hostName, clock.instant(), random);
        write(settings.keyPath(), pair.key());
        write(settings.certPath(), pair.certificate());
      }
    }
  }

  private static void write(Path file, String text) throws IOException {
    Path fresh = Files.createTempFile(parent(file), ".tls", ".pem", OWNER_ONLY);
    Files.writeString(fresh, text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Path parent(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a folder");
  }
}
