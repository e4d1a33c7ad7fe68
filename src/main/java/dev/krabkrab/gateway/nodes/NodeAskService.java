package dev.krabkrab.gateway.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import dev.krabkrab.gateway.rpc.Call;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What other features ask of nodes for a caller. For the context of the nodes. Protocol 02 §10. */
public final class NodeAskService {
  private final NodeService nodes;

  public NodeAskService(NodeService nodes) {
    this.nodes = nodes;
  }

  /** Every node that is connected anywhere. */
  public List<ConnectedNode> connected() {
    return nodes.connected();
  }

  /**
   * Asks a node, wherever it is, what its policy allows.
   *
   * @param call for whom
   * @param timeoutMs longest wait in milliseconds, or null for the usual one
   * @param idempotencyKey passed on to the node
   * @return what the node answers, if anything; fails as {@code node.invoke} does
   */
  public Future<Optional<JsonNode>> ask(
      Call call,
      String nodeId,
      String command,
      JsonNode params,
      @Nullable Long timeoutMs,
      String idempotencyKey) {
    InvokeRequest request =
        new InvokeRequest(
            nodeId,
            command,
            params,
            timeoutMs == null ? null : LongNode.valueOf(timeoutMs),
            idempotencyKey,
            null,
            call.caller().connId(),
            call.trace());
    return nodes
        .invoke(call.caller(), request)
        .map(result -> Optional.ofNullable(InvokeAnswer.unwrapped(result, false)));
  }
}
