package dev.krabkrab.gateway.control.nodes;

import dev.krabkrab.gateway.platform.protocol.Caller;
import io.vertx.core.Future;

/** The right to connect as a node, which paired devices have. */
@FunctionalInterface
public interface NodeRights {
  /**
   * Takes it from a device and closes its node connections everywhere.
   *
   * @param caller who wants it taken
   * @return false when no device of that id had it; fails with a {@link
   *     dev.krabkrab.gateway.platform.protocol.GatewayError} when the caller may not take it
   */
  Future<Boolean> withdraw(String nodeId, Caller caller);
}
