package dev.krabkrab.gateway.nodes;

import org.jspecify.annotations.Nullable;

/**
 * Where a node is connected. Protocol 02 §15.3.
 *
 * @param instance gateway instance that holds its socket
 * @param connId the connection that is its current one
 * @param epoch generation; a later registration of any node of the bucket has a larger one
 */
record NodeRegistration(
    String nodeId, String instance, String connId, long epoch, NodeFacts facts) {

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

  boolean isConnection(String other) {
    return connId.equals(other);
  }
}
