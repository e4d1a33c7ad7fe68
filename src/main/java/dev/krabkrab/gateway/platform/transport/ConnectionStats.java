package dev.krabkrab.gateway.platform.transport;

/**
 * How this instance's connections are, counted at one moment. Protocol 01a §1.5.
 *
 * @param operators connections of operators that are through their handshake
 * @param nodes the same of nodes
 * @param backlogged connections whose peer has not taken everything yet
 * @param pendingBytes bytes that wait for their peers, over all connections
 * @param largestBytes bytes that wait for the slowest one
 */
public record ConnectionStats(
    int operators, int nodes, int backlogged, long pendingBytes, long largestBytes) {
  /** No connections. */
  public static final ConnectionStats EMPTY = new ConnectionStats(0, 0, 0, 0, 0);
}
