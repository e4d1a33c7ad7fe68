package dev.krabkrab.gateway.nodes;

import dev.krabkrab.gateway.protocol.Caller;
import dev.krabkrab.gateway.protocol.ErrorShape;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says whether a command was approved. Protocol 02 §17.1. */
@FunctionalInterface
public interface RunApprovals {
  /** What the approvals say. */
  sealed interface Verdict {
    /**
     * It may run.
     *
     * @param decision {@code allow-once} or {@code allow-always}, as it was decided
     */
    record Granted(String decision) implements Verdict {}

    /** It may not. */
    record Refused(ErrorShape error) implements Verdict {}
  }

  /**
   * Looks for a granted, unexpired approval and uses it up when it holds once.
   *
   * @param runId id of the approval, or null to look by device and command
   * @param commandText the command as people read it
   * @param argv the command as it will run
   * @return what was decided, or the refusal
   */
  Future<Verdict> check(
      @Nullable String runId, Caller caller, String nodeId, String commandText, List<String> argv);
}
