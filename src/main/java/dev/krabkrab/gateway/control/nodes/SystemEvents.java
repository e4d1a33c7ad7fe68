package dev.krabkrab.gateway.control.nodes;

/** The queue of things that happened, for the agent of a conversation. Protocol 02 §11. */
@FunctionalInterface
public interface SystemEvents {
  /** Adds a line and asks for a heartbeat. */
  void enqueue(String sessionKey, String text, String contextKey);
}
