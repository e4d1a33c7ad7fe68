package dev.krabkrab.gateway.control.nodes;

import org.jspecify.annotations.Nullable;

/**
 * Where a node is connected. Protocol 02 §15.3.
 *
 * @param instance gateway instance that holds its socket
 * @param connId the connection that is its current one
 * @param epoch generation; a later registration of any node of the bucket has a larger one; 0 while
 *     it is registered for the first time
 */
record NodeRegistration(
    String nodeId, String instance, String connId, long epoch, NodeFacts facts) {
  private static final long ANEW = -1;

  /** Reads the stored form: epoch, instance, connection and facts, a line each. */
  static @Nullable NodeRegistration decode(String nodeId, @Nullable String stored) {
    if (stored == null) {
      return null;
    }
    String[] lines = stored.split("\n", 4);
    if (lines.length < 4) {
      throw new IllegalStateException("a stored node registration is broken");
    }
    return new NodeRegistration(
        nodeId, lines[1], lines[2], Long.parseLong(lines[0]), NodeFacts.decode(lines[3]));
  }

  /** The same, being registered: no order is for it until it has another epoch. */
  NodeRegistration anew() {
    return new NodeRegistration(nodeId, instance, connId, ANEW, facts);
  }

  /** Whether an order given under that epoch is for it; the first registration takes all. */
  boolean isFor(long orderedUnder) {
    return epoch == 0 || epoch == orderedUnder;
  }

  /** Whether it is that registration and no later one, of this connection or another. */
  boolean isSameAs(NodeRegistration other) {
    return connId.equals(other.connId) && epoch == other.epoch;
  }

  boolean isConnection(String other) {
    return connId.equals(other);
  }
}
