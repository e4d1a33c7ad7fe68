package dev.krabkrab.gateway.cli;

import dev.krabkrab.gateway.cli.node.PolicyFile;
import dev.krabkrab.gateway.platform.protocol.Ids;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a node keeps in the state directory: its policy, and a lock while it runs. */
final class NodeFiles {
  private final Path folder;

  NodeFiles(Path stateDir) {
    this.folder = stateDir.toAbsolutePath().resolve("node");
  }

  /** Where the policy is. */
  Path policyPath() {
    return folder.resolve("exec-approvals.json");
  }

  PolicyFile policy(Ids ids) {
    Path path = policyPath();
    return new PolicyFile(
        path,
        new PolicyFile.Storage() {
          @Override
          public Optional<String> read() {
            return PrivateFiles.read(path);
          }

          @Override
          public void replace(String text) {
            PrivateFiles.replace(path, text);
          }
        },
        ids);
  }

  /**
   * Takes the lock, which the process holds to its end.
   *
   * @throws CliException when another node has it: two with one key would push each other out
   */
  FileLock lock() {
    FileLock taken = tryLock();
    if (taken == null) {
      throw new CliException(
          ExitCodes.FAILED,
          "a node of this state directory runs already (" + folder.resolve("lock") + ")",
          "Stop it first, or choose another --state-dir for another node.");
    }
    return taken;
  }

  /** Whether a node runs. */
  boolean isRunning() {
    FileLock taken = tryLock();
    if (taken == null) {
      return true;
    }
    try (FileChannel channel = taken.channel()) {
      return !channel.isOpen();
    } catch (IOException e) {
      return false;
    }
  }

  private @Nullable FileLock tryLock() {
    Path file = folder.resolve("lock");
    try {
      PrivateFiles.createOnce(file, "");
      FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
      FileLock taken = channel.tryLock();
      if (taken == null) {
        channel.close();
      }
      return taken;
    } catch (OverlappingFileLockException e) {
      return null;
    } catch (IOException e) {
      throw CliException.local("cannot lock " + file + ": " + e, "Choose another --state-dir.", e);
    }
  }
}
