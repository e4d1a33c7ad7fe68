package dev.krabkrab.gateway.platform.transport;

import dev.krabkrab.gateway.platform.protocol.Caller;
import io.vertx.core.Future;

/** What has to be over before the connection of a node is closed. */
@FunctionalInterface
public interface Farewell {
  /**
   * Has a node asked for nothing more, and waits for what it owes. Called from any thread.
   *
   * @param withinMs longest wait, in milliseconds
   * @return completes, never fails, when its connection may be closed
   */
  Future<Void> of(Caller node, long withinMs);
}
