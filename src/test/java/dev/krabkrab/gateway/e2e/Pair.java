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
    return of("", settings);
  }

  /** The same with more of what it says about the gateway. */
  static Pair of(String gateway, String settings) {
    Cluster cluster =
        Cluster.of(
            2, "{gateway:{auth:{token:'" + Cluster.TOKEN + "'}" + gateway + "}," + settings + "}");
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
