package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.protocol.ErrorShape;
import io.vertx.core.Future;
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
     * @param run what was approved, as the node gets it; the requester may change it
     */
    record Granted(String decision, ObjectNode run) implements Verdict {}

    /** It may not. */
    record Refused(ErrorShape error) implements Verdict {}
  }

  /**
   * Looks for a granted, unexpired approval and uses it up when it holds once.
   *
   * @param runId id of the approval, or null to look by device and command
   * @param params of {@code system.run}, as the caller sent them
   * @return what was decided, or the refusal
   */
  Future<Verdict> check(@Nullable String runId, Caller caller, String nodeId, ObjectNode params);
}
