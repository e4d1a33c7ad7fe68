package dev.krabkrab.gateway.cli;

/** The nodes that a gateway knows. */
final class Nodes {
  private static final IdFinder FINDER = new IdFinder("node", "nodes list");

  private Nodes() {}

  /**
   * The id of the node meant by its id, the beginning of it, or its name.
   *
   * @throws CliException when none or several fit
   */
  static String id(GatewayClient client, String wanted) {
    return FINDER.idOrName(
        wanted,
        () -> client.call("node.list", Json.object()).path("nodes"),
        "nodeId",
        "displayName");
  }
}
