package dev.krabkrab.gateway.agent.agents;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** A turn on its way. */
public interface RunningTurn {
  /**
   * Fails with {@link dev.krabkrab.gateway.agent.models.ModelFailure} when no model answered, or
   * with what the listener failed with; not at all once it was given up.
   */
  Future<TurnResult> result();

  /**
   * Ends it where it is.
   *
   * @param stopReason for the transcript
   * @return the message that was being said, or null when there was none
   */
  @Nullable ObjectNode giveUp(String stopReason);
}
