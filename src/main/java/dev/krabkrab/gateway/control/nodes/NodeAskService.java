package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import dev.krabkrab.gateway.platform.rpc.Call;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Invokes nodes for other features, in the name of a caller. Safe from any thread; answers on the
 * context of the nodes. Protocol 02 §10.
 */
public final class NodeAskService {
  private final Context home;
  private final NodeService nodes;

  /**
   * @param home the context of the nodes
   */
  NodeAskService(Context home, NodeService nodes) {
    this.home = home;
    this.nodes = nodes;
  }

  /** Every node that is connected anywhere. */
  public Future<List<ConnectedNode>> connected() {
    return there(() -> Future.succeededFuture(nodes.connected()));
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
            call.caller().grounds(),
            call.trace());
    return there(() -> nodes.invoke(call.caller(), request))
        .map(result -> Optional.ofNullable(InvokeAnswer.unwrapped(result, false)));
  }

  private <T> Future<T> there(Supplier<Future<T>> work) {
    return Future.future(
        done ->
            home.runOnContext(
                now -> {
                  try {
                    work.get().onComplete(done);
                  } catch (RuntimeException refused) {
                    done.fail(refused);
                  }
                }));
  }
}
