package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import dev.krabkrab.gateway.platform.rpc.ConnectionObserver;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Registers nodes as they connect and removes them as they leave. Protocol 02 §6.3. */
public final class NodeConnections implements ConnectionObserver {
  private final Context home;
  private final NodeService nodes;

  /**
   * @param home the service's context
   */
  public NodeConnections(Context home, NodeService nodes) {
    this.home = home;
    this.nodes = nodes;
  }

  @Override
  public Future<Void> connecting(Caller caller, JsonNode connect) {
    if (!caller.isNode()) {
      return Future.succeededFuture();
    }
    Promise<Void> registered = Promise.promise();
    home.runOnContext(now -> nodes.connecting(caller, connect).onComplete(registered));
    return registered.future();
  }

  @Override
  public void disconnected(Caller caller) {
    if (caller.isNode()) {
      home.runOnContext(now -> nodes.disconnected(caller));
    }
  }
}
