package dev.krabkrab.gateway.control.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Promise;

/** An invoke whose caller waits on this instance, and the route it took. */
final class PendingInvoke {
  final String id;
  final InvokeRequest request;
  final String payload;
  final Promise<JsonNode> answer = Promise.promise();
  long timer;
  NodeRegistration route;
  int lookups;

  PendingInvoke(String id, InvokeRequest request, NodeRegistration route) {
    this.id = id;
    this.request = request;
    this.payload = request.payload(id);
    this.route = route;
  }

  /** A cold path may meet it when all is over already. */
  boolean isOver() {
    return answer.future().isComplete();
  }
}
