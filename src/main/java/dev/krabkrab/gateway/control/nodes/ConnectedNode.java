package dev.krabkrab.gateway.control.nodes;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node that is connected somewhere, as it describes itself.
 *
 * @param caps sorted
 * @param commands what may be requested of it, sorted
 */
public record ConnectedNode(
    String nodeId,
    @Nullable String displayName,
    @Nullable String remoteIp,
    List<String> caps,
    List<String> commands) {
  public ConnectedNode {
    caps = List.copyOf(caps);
    commands = List.copyOf(commands);
  }

  static ConnectedNode of(NodeRegistration node) {
    NodeFacts facts = node.facts();
    return new ConnectedNode(
        node.nodeId(), facts.displayName(), facts.remoteIp(), facts.caps(), facts.commands());
  }
}
