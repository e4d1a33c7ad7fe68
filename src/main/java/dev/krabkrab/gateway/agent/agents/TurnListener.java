package dev.krabkrab.gateway.agent.agents;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.agent.models.ModelFailure;
import dev.krabkrab.gateway.agent.sessions.SessionRules.ModelName;
import io.vertx.core.Future;
import java.util.List;

/** Hears how a turn goes on; all on one context. */
public interface TurnListener {
  /** A piece of the answer. */
  void text(String piece);

  void toolStarted(String callId, String name, ObjectNode arguments);

  void toolFinished(String callId, String name, ObjectNode arguments, AgentTool.Result result);

  /**
   * A message that belongs into the transcript.
   *
   * @return fails when the turn must not go on
   */
  Future<Void> said(ObjectNode message);

  /**
   * The model takes less than these messages.
   *
   * @return what to ask instead; fails when there is nothing shorter
   */
  default Future<List<ObjectNode>> tooLong(
      ModelName model, List<ObjectNode> messages, ModelFailure.TooLong why) {
    return Future.failedFuture("it cannot be made shorter");
  }
}
