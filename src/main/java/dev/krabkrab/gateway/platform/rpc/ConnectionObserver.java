package dev.krabkrab.gateway.platform.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.platform.protocol.Caller;
import io.vertx.core.Future;

/**
 * A feature that follows connections. Called on the connection's event loop; an observer with state
 * of its own moves to its own context.
 */
public interface ConnectionObserver {
  /**
   * The caller is known and let in, hello-ok is not sent yet.
   *
   * @param connect the checked connect parameters
   * @return when hello-ok may be sent; a failure refuses the connection
   */
  default Future<Void> connecting(Caller caller, JsonNode connect) {
    return Future.succeededFuture();
  }

  /** hello-ok is queued; what is sent through the sink now arrives right behind it. */
  default void connected(Caller caller, EventSink sink) {}

  /** The connection is gone. Called once for each call of {@link #connecting}. */
  default void disconnected(Caller caller) {}
}
