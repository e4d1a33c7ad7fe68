package dev.krabkrab.gateway.nodes;

/**
 * What the nodes room takes on before it says no.
 *
 * @param invokesPerCaller invokes that one connection may wait for, at least 1
 * @param subscriptionsPerNode conversations that one node may follow, at least 1
 */
public record NodeLimits(int invokesPerCaller, int subscriptionsPerNode) {
  /** Checks the ranges. */
  public NodeLimits {
    if (Math.min(invokesPerCaller, subscriptionsPerNode) < 1) {
      throw new IllegalArgumentException("a limit of nodes must be at least 1");
    }
  }
}
