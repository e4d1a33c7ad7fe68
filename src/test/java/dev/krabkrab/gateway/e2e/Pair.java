package dev.krabkrab.gateway.e2e;

/**
 * Two instances and an operator on each, for a test class.
 *
 * @param a connected to the first
 * @param b connected to the second
 */
record Pair(Cluster cluster, Peer a, Peer b) implements AutoCloseable {
  /** Starts them with what the gateway document says besides who gets in. */
  static Pair of(String settings) {
    Cluster cluster =
        Cluster.of(2, "{gateway:{auth:{token:'" + Cluster.TOKEN + "'}}," + settings + "}");
    return new Pair(cluster, cluster.admin(0), cluster.admin(1));
  }

  int port(int instance) {
    return cluster.port(instance);
  }

  @Override
  public void close() {
    a.close();
    b.close();
    cluster.close();
  }
}
