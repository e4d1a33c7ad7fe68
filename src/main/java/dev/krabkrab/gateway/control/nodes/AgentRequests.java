package dev.krabkrab.gateway.control.nodes;

import org.jspecify.annotations.Nullable;

/** Lets agents answer what nodes say. Protocol 02 §11. */
@FunctionalInterface
public interface AgentRequests {
  /** Asks; nobody waits for the answer, which comes as events of the session. */
  void ask(Question question);

  /**
   * What a node wants to know.
   *
   * @param nodeId who asks
   * @param source which node it is, for people and the model
   * @param acts the agent may use tools for it
   * @param spoken it was said, not written
   * @param sessionKey as the node gave it
   * @param thinking level, or null for the session's
   * @param timeoutMs longest time of the run; 0 for the agent's own
   * @param channel where the answer is to be delivered besides, as the node gave it, or null
   * @param to to whom there, or null for whom was written to last
   */
  record Question(
      String nodeId,
      String source,
      boolean acts,
      boolean spoken,
      String sessionKey,
      String message,
      @Nullable String thinking,
      long timeoutMs,
      @Nullable String channel,
      @Nullable String to) {}
}
