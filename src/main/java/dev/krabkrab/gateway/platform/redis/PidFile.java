package dev.krabkrab.gateway.platform.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The file in which a server leaves its process id before it touches the data of its folder. There
 * is one at a time: a server makes it anew or does not start, and the holder of the {@link
 * OwnerLock} removes it when that process is gone. A socket cannot keep two servers apart, since
 * the second takes its name away from the first.
 */
record PidFile(Path file) {
  /** How far times of files and of processes may be apart. */
  private static final Duration SLACK = Duration.ofSeconds(2);

  /** The process that made it, while it runs; removes the file of one that does not. */
  Optional<ProcessHandle> holder() throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String text = Files.readString(file).strip();
    Instant made = Files.getLastModifiedTime(file).toInstant();
    Optional<ProcessHandle> found =
        text.matches("\\d{1,18}") ? ProcessHandle.of(Long.parseLong(text)) : Optional.empty();
    // A process that began later has got the number of another one.
    Optional<ProcessHandle> holder =
        found
            .filter(ProcessHandle::isAlive)
            .filter(
                process ->
                    process
                        .info()
                        .startInstant()
                        .map(start -> start.isBefore(made.plus(SLACK)))
                        .orElse(true));
    if (holder.isEmpty()) {
      Files.deleteIfExists(file);
    }
    return holder;
  }
}
