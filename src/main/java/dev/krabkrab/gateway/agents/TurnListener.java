package dev.krabkrab.gateway.agents;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;

/** Hears how a turn goes on; all on one context. */
public interface TurnListener {
  /** A piece of the answer. */
  void text(String piece);

  void toolStarted(String callId, String name, ObjectNode arguments);

  void toolEnded(String callId, String name, ObjectNode arguments, AgentTool.Result result);

  /**
   * A message that belongs into the transcript.
   *
   * @return fails when the turn must not go on
   */
  Future<Void> said(ObjectNode message);
}
