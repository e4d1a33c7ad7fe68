package dev.krabkrab.gateway.nodes;

import io.vertx.core.Future;

/** The right to connect as a node, which paired devices have. */
@FunctionalInterface
public interface NodeRights {
  /**
   * Takes it from a device and closes its node connections everywhere.
   *
   * @return false when no device of that id had it
   */
  Future<Boolean> withdraw(String nodeId);
}
