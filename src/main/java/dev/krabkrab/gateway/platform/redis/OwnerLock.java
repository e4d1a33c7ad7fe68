package dev.krabkrab.gateway.platform.redis;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Who may run the Redis of a state directory: the holder of a file lock, which the operating system
 * takes back from a process that dies.
 */
final class OwnerLock implements AutoCloseable {

  private final FileChannel channel;
  private @Nullable FileLock lock;

  OwnerLock(Path file) throws IOException {
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Whether this process holds the lock now, taking it when it is free. */
  boolean tryAcquire() throws IOException {
    if (lock == null) {
      try {
        lock = channel.tryLock();
      } catch (OverlappingFileLockException e) {
        return false;
      }
    }
    return lock != null;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
